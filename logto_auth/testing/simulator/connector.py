"""The tenant's connectors: providers that are set up, and how."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .connector_factory import FACTORIES, ConnectorFactory

_LETTERS = string.ascii_lowercase + string.digits


def _new_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


@dataclass
class Connector:
    """A connector as Logto's Console would let an administrator make one.

    Args:
        factory_id: Logto's ``connectorId``, such as ``facebook-universal``.
        config: By the keys of the factory's form.
        metadata: Of a standard connector: ``target``, ``name`` by language, ``logo``
            and ``logoDark``.
        sync_profile: A person's name and picture follow the provider at each sign-in.
        enable_token_storage: Keep the provider's tokens.
        id: The end of the callback address at Logto.

    Example::

        Connector("oidc", metadata={"target": "okta", "name": {"en": "Okta"}})
    """

    factory_id: str
    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    sync_profile: bool = False
    enable_token_storage: bool = False
    id: str = field(default_factory=_new_id)

    @property
    def factory(self) -> ConnectorFactory:
        """What kind of connector it is."""
        return FACTORIES[self.factory_id]

    @property
    def target(self) -> str:
        """What an identity at this provider is called."""
        return str(self.metadata.get("target", self.factory.target))

    @property
    def name(self) -> Mapping[str, str]:
        """Its name by language."""
        names: Mapping[str, str] = self.metadata.get("name", self.factory.name)
        return names

    @property
    def english_name(self) -> str:
        """What pages call it."""
        return self.name["en"]

    @property
    def is_social(self) -> bool:
        """Whether people can sign in with it."""
        return self.factory.type == "Social"

    def on_a_page(self) -> dict[str, Any]:
        """Return the connector as Logto's pages are told of it, without its secrets."""
        return {
            "id": self.id,
            "target": self.target,
            "name": dict(self.name),
            "logo": self.metadata.get("logo", self.factory.logo),
            "logoDark": self.metadata.get("logoDark"),
            **self.factory.members(),
        }

    def document(self) -> dict[str, Any]:
        """Return the connector the way the Management API writes it."""
        return {
            **self.on_a_page(),
            "syncProfile": self.sync_profile,
            "enableTokenStorage": self.enable_token_storage,
            "config": dict(self.config),
            "metadata": dict(self.metadata),
            "connectorId": self.factory_id,
            "type": self.factory.type,
            "isDemo": False,
            "extraInfo": {},
        }


_CREDENTIALS = {"clientId": "logto", "clientSecret": "simulated"}
_OIDC_ENDPOINTS = {
    "authorizationEndpoint": "https://upstream.example/authorize",
    "tokenEndpoint": "https://upstream.example/token",
    "tokenEndpointAuthMethod": "client_secret_basic",
    "scope": "openid profile email",
    "idTokenVerificationConfig": {
        "issuer": "https://upstream.example",
        "jwksUri": "https://upstream.example/jwks",
    },
}
# What a fresh simulator has, each of them on the sign-in page.
CONNECTORS = (
    Connector("huggingface-universal", _CREDENTIALS, id="huggingface-1"),
    Connector("facebook-universal", _CREDENTIALS, id="facebook-1"),
    Connector("naver-universal", _CREDENTIALS, id="naver-1"),
    Connector(
        "oidc",
        {**_CREDENTIALS, **_OIDC_ENDPOINTS},
        {"target": "my-oidc", "name": {"en": "My OIDC"}},
        id="my-oidc-1",
    ),
)
