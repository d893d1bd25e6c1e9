"""The kinds of connectors that the simulator's Logto has, and what each one asks for.

A real Logto has some fifty; its words about them are left out here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

from ...branding import provider_icon
from .form_item import FormItem


@dataclass(frozen=True)
class ConnectorFactory:
    """A kind of connector.

    Args:
        id: Logto's ``connectorId``.
        target: What an identity at this provider is called; a standard connector has
            its own instead.
        name: By language.
        form: None where the configuration is written as JSON.
        is_standard: Whether there can be many, each with a target and a name.
        is_token_storage_supported: Whether the provider's tokens can be kept.
    """

    id: str
    target: str
    name: Mapping[str, str]
    form: Sequence[FormItem] | None = None
    type: Literal["Social", "Email", "Sms"] = "Social"
    is_standard: bool = False
    is_token_storage_supported: bool = False
    platform: Literal["Universal"] | None = field(default="Universal")

    @property
    def logo(self) -> str:
        """A picture as data, as Logto's own connectors have: an icon or a letter."""
        picture = _icon(self.target) or (
            '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
            '<rect width="24" height="24" rx="4" fill="#5a33c4"/>'
            '<text x="12" y="17" fill="#fff" text-anchor="middle" '
            f'font-family="sans-serif">{self.name["en"][0]}</text></svg>'
        )
        encoded = base64.b64encode(picture.encode()).decode()
        return f"data:image/svg+xml;base64,{encoded}"

    def members(self) -> dict[str, Any]:
        """Return what the factory and each of its connectors have in common."""
        document: dict[str, Any] = {"platform": self.platform}
        if self.form is not None:
            document["formItems"] = [item.document() for item in self.form]
        if self.is_standard:
            document["isStandard"] = True
        if self.is_token_storage_supported:
            document["isTokenStorageSupported"] = True
        return document

    def document(self) -> dict[str, Any]:
        """Return the factory the way Logto writes it."""
        return {
            "type": self.type,
            "isDemo": False,
            "id": self.id,
            "target": self.target,
            "name": dict(self.name),
            "logo": self.logo,
            "logoDark": None,
            **self.members(),
        }


def _icon(target: str) -> str:
    """Return the picture that the package has of a provider, empty for none."""
    name = provider_icon(target)
    if not name:
        return ""
    file = resources.files("logto_auth").joinpath("static", name)
    return file.read_text(encoding="utf-8")


_CLIENT = (
    FormItem("clientId", "Client ID"),
    FormItem("clientSecret", "Client Secret"),
)
_SCOPE = FormItem("scope", "Scope", "MultilineText", required=False)
_OIDC = (
    FormItem("authorizationEndpoint", "Authorization Endpoint"),
    FormItem("tokenEndpoint", "Token Endpoint"),
    *_CLIENT,
    FormItem(
        "tokenEndpointAuthMethod",
        "Token Endpoint Auth Method",
        "Select",
        default="client_secret_post",
        options=("client_secret_post", "client_secret_basic", "client_secret_jwt"),
    ),
    FormItem(
        "clientSecretJwtSigningAlgorithm",
        "Client Secret JWT Signing Algorithm",
        "Select",
        default="HS256",
        options=("HS256", "HS384", "HS512"),
        shown_when=("tokenEndpointAuthMethod", "client_secret_jwt"),
    ),
    FormItem("scope", "Scope", "MultilineText"),
    FormItem(
        "acceptStringTypedBooleanClaims",
        "Accept String-typed Boolean Claims",
        "Switch",
        required=False,
        default=False,
    ),
    FormItem(
        "trustUnverifiedEmail",
        "Trust Unverified Email",
        "Switch",
        required=False,
        default=False,
    ),
    FormItem(
        "idTokenVerificationConfig",
        "ID Token Verification Config",
        "Json",
        default={"jwksUri": "<jwks-uri>"},
    ),
    FormItem(
        "authRequestOptionalConfig",
        "Authentication Request Optional Config",
        "Json",
        required=False,
        default={},
    ),
    FormItem("customConfig", "Custom Config", "Json", required=False, default={}),
)


def _in_four_languages(name: str, **more: str) -> dict[str, str]:
    return {"en": name, "zh-CN": name, "tr-TR": name, "ko": name, **more}


def _by_id(factories: Iterable[ConnectorFactory]) -> dict[str, ConnectorFactory]:
    return {factory.id: factory for factory in factories}


FACTORIES = _by_id(
    [
        ConnectorFactory(
            "facebook-universal",
            "facebook",
            _in_four_languages("Facebook"),
            (*_CLIENT, _SCOPE),
            is_token_storage_supported=True,
        ),
        ConnectorFactory(
            "github-universal",
            "github",
            _in_four_languages("GitHub"),
            (*_CLIENT, _SCOPE),
            is_token_storage_supported=True,
        ),
        ConnectorFactory(
            "huggingface-universal",
            "huggingface",
            {"en": "Hugging Face"},
            (*_CLIENT, _SCOPE),
        ),
        ConnectorFactory(
            "mock-email-service",
            "mock-mail",
            {
                "en": "Mock Mail Service",
                "zh-CN": "Mock 邮件服务",
                "tr-TR": "Mock Mail Servis",
                "ko": "Mock Mail Service",
            },
            type="Email",
            platform=None,
        ),
        ConnectorFactory(
            "mock-short-message-service",
            "mock-sms",
            {
                "en": "Mock SMS Service",
                "zh-CN": "Mock 短信服务",
                "tr-TR": "Mock SMS Servis",
                "ko": "Mock SMS Service",
            },
            type="Sms",
            platform=None,
        ),
        ConnectorFactory(
            "naver-universal",
            "naver",
            _in_four_languages("Naver", ko="네이버"),
            _CLIENT,
        ),
        ConnectorFactory(
            "oidc",
            "oidc",
            _in_four_languages("OIDC"),
            _OIDC,
            is_standard=True,
            is_token_storage_supported=True,
        ),
    ]
)
