"""What Logto can be told about a provider that speaks OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from django.utils.translation import gettext_lazy as _

from . import kinds
from .authorization_request import AuthorizationRequestOptions
from .connector import ClientConnector, StandardConnector
from .discovery import AUTH_METHODS
from .id_token_verification import IdTokenVerification
from .option import Place, group, option

TokenEndpointAuthMethod = Literal[
    "", "client_secret_basic", "client_secret_post", "client_secret_jwt"
]
SigningAlgorithm = Literal["", "HS256", "HS384", "HS512"]


@dataclass(frozen=True, kw_only=True)
class OidcOptions(ClientConnector, StandardConnector):
    """The options of a connector for OpenID Connect."""

    default_scope: ClassVar[str] = "openid profile email"
    suggested_scope: ClassVar[str] = default_scope
    asked: ClassVar[tuple[str, ...]] = ("issuer", *ClientConnector.asked, "scope")

    issuer: str = option(
        kinds.address,
        _(
            "The address by which the provider calls itself. What is not given of "
            "endpoints, keys and authentication method is discovered from it."
        ),
        place=Place.NOWHERE,
    )
    authorization_endpoint: str = option(
        kinds.address,
        _("Where people are sent to sign in. Discovered from issuer."),
        required=True,
    )
    token_endpoint: str = option(
        kinds.address,
        _("Where Logto exchanges the code for tokens. Discovered from issuer."),
        required=True,
    )
    token_endpoint_auth_method: TokenEndpointAuthMethod = option(
        kinds.one_of(*AUTH_METHODS),
        _(
            "How Logto shows the client secret there: client_secret_basic, "
            "client_secret_post or client_secret_jwt. Discovered from issuer."
        ),
        required=True,
    )
    client_secret_jwt_signing_algorithm: SigningAlgorithm = option(
        kinds.one_of("HS256", "HS384", "HS512"),
        _(
            "How Logto signs with the secret, for client_secret_jwt alone: HS256, "
            "HS384 or HS512. HS256 is Logto's default."
        ),
    )
    scope: str = option(
        kinds.text,
        _("Scopes with blanks between them. Logto adds openid when it is missing."),
        default=default_scope,
        required=True,
    )
    id_token_verification: IdTokenVerification = group(
        IdTokenVerification,
        _("What has to be true of ID tokens."),
        key="idTokenVerificationConfig",
    )
    authorization_request: AuthorizationRequestOptions = group(
        AuthorizationRequestOptions,
        _("Parameters with which people are sent to the provider."),
        key="authRequestOptionalConfig",
    )
    custom_config: Mapping[str, str] | None = option(
        kinds.texts_by_name,
        _(
            "Parameters that the standard does not know, sent to both endpoints, with "
            "names in snake case: for providers with ways of their own."
        ),
        default=None,
        shown=False,
    )
    accept_string_typed_booleans: bool | None = option(
        kinds.switch,
        _('Whether "true" is as good as true in email_verified and phone_verified.'),
        default=None,
        key="acceptStringTypedBooleanClaims",
    )
    trust_unverified_email: bool | None = option(
        kinds.switch,
        _("Whether e-mail addresses count without email_verified in the ID token."),
        default=None,
    )
