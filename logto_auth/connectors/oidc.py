"""Signing in with any provider that speaks OpenID Connect."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, TypeVar

from django.utils.translation import gettext_lazy as _

from ..errors import ConnectorInvalid, Text
from . import kinds
from .authorization_request import AuthorizationRequestOptions
from .discovery import (
    AUTH_METHOD,
    ENDPOINTS,
    JWKS_URI,
    discovery_url,
    from_discovery,
    is_safe,
)
from .id_token_verification import IdTokenVerification
from .oidc_options import OidcOptions
from .option import camel_case, is_given
from .problem import Problem

T = TypeVar("T")

_JWT = "client_secret_jwt"
_OFFLINE = "offline_access"
_VERIFICATION = "id_token_verification"
#: What discovery calls otherwise.
_NAMES = {JWKS_URI: f"{_VERIFICATION}.{JWKS_URI}"}
_ONLY_JWT = _("is only for token_endpoint_auth_method = client_secret_jwt.")
_TWO_ISSUERS = _("is not among those of id_token_verification.issuer.")
_NO_ISSUER = _("is missing: Logto would accept ID tokens of any issuer.")
_PLAIN = _("begins with http: others on the way could read and change it.")
_UNSAFE = _("must begin with https: for endpoints to be discovered from it.")
_NO_REFRESH = _(
    "lacks offline_access: most providers give no refresh token then, and stored "
    "tokens end after an hour or so."
)
_UNUSED_AUDIENCE = _("is not used by Logto, which puts client_id there.")


@dataclass(frozen=True, kw_only=True)
class OidcConnector(OidcOptions):
    """Logto's connector for OpenID Connect, of which there can be many.

    Endpoints, keys and how the client authenticates are discovered where only
    ``issuer`` is given: fetch `discovery_url` and give the document to `discovered`.
    """

    factory_id = "oidc"
    title = "OpenID Connect"
    standard: ClassVar[bool] = True
    token_storage: ClassVar[bool] = True
    page: ClassVar[str] = "oidc"
    traps: ClassVar[tuple[Text, ...]] = (
        _(
            "Always give token_endpoint_auth_method: without it Logto cannot refresh "
            "stored tokens."
        ),
        _("Always give issuer: without it Logto does not look who issued ID tokens."),
        _("The target cannot be changed later."),
        _(
            "What Logto knows of people comes from the ID token alone; it does not ask "
            "the userinfo endpoint. The provider has to put name, picture and email "
            "there."
        ),
        _(
            "An e-mail address whose email_verified is false is left out, with "
            "trust_unverified_email too: that is for providers that do not tell."
        ),
        _(
            "For a refresh token most providers want offline_access in the scope; and "
            "their answer to a refresh has to hold an ID token, or Logto refuses it."
        ),
    )
    steps: ClassVar[tuple[Text, ...]] = (
        _(
            "Register a client for a web application with a server, "
            "one with a secret, which uses the authorization code flow."
        ),
        _("Redirect URI: %(callback_url)s"),
        _("Allow these scopes: %(scopes)s."),
        _(
            "Client ID goes into client_id, client secret into client_secret, and the "
            "issuer of the provider's discovery document into issuer."
        ),
    )

    @property
    def discovery_url(self) -> str:
        """Return what has to be fetched for `discovered`; empty when nothing has."""
        is_usable = not kinds.address(self.issuer) and is_safe(self.issuer)
        return discovery_url(self.issuer) if is_usable and self._lacking() else ""

    def discovered(self, document: Any) -> Self:
        """Return the connector with what was not given from the provider's document.

        Args:
            document: What is at `discovery_url`, as JSON.

        Raises:
            ConnectorInvalid: It is another provider's, or its addresses are unsafe.
        """
        lacking = self._lacking()
        told, found = from_discovery(self.issuer, document)
        problems = [
            problem for problem in found if problem.name in ("issuer", *lacking)
        ]
        if problems:
            raise ConnectorInvalid.listing(self.target, problems)
        taken: dict[str, Any] = {name: told[name] for name in lacking}
        if JWKS_URI in taken:
            keys = taken.pop(JWKS_URI)
            verification = replace(self.id_token_verification, jwks_uri=keys)
            taken[_VERIFICATION] = verification
        return replace(self, **taken)

    def config(self) -> dict[str, Any]:
        """Return Logto's ``config``, in which the issuer is one of ID tokens."""
        found = super().config()
        verification = self._verification()
        if verification is not None and verification.config():
            found["idTokenVerificationConfig"] = verification.config()
        return found

    def settled(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a whole ``config`` of Logto without what does not go with the rest."""
        options = self.options()
        algorithm = options["client_secret_jwt_signing_algorithm"].key
        is_signed = config.get(options[AUTH_METHOD].key) == _JWT
        return {
            key: value for key, value in config.items() if is_signed or key != algorithm
        }

    def as_in(self, config: Mapping[str, Any], given: Container[str]) -> Self:
        """Return the connector with what Logto has of that which could be discovered.

        Args:
            config: The connector's in Logto.
            given: The names of options that have been given, which stay.
        """
        taken: dict[str, Any] = {}
        options = self.options()
        there = config.get(options[_VERIFICATION].key)
        there = there if isinstance(there, Mapping) else {}
        # What was discovered from another issuer is of no use with this one.
        issuer = there.get("issuer")
        issuers = [issuer] if isinstance(issuer, str) else issuer or [self.issuer]
        is_same = not self.issuer or self.issuer in issuers
        for name in ("scope", *ENDPOINTS, AUTH_METHOD) if is_same else ("scope",):
            value = config.get(options[name].key)
            if name not in given and not options[name].kind(value):
                taken[name] = value
        keys = there.get(camel_case(JWKS_URI)) if is_same else None
        verification = _as(IdTokenVerification, self.id_token_verification)
        if verification and not verification.jwks_uri and not kinds.address(keys):
            taken[_VERIFICATION] = replace(verification, jwks_uri=str(keys))
        return replace(self, **taken)

    def problems(self) -> list[Problem]:
        """Return every value that is missing or wrong, all at once."""
        found = super().problems()
        algorithm = self.client_secret_jwt_signing_algorithm
        if algorithm and self.token_endpoint_auth_method != _JWT:
            found.append(Problem("client_secret_jwt_signing_algorithm", _ONLY_JWT))
        if self._lacking() and self._has_unsafe_issuer():
            found.append(Problem("issuer", _UNSAFE))
        verification = self._verification()
        if verification is not None and self.issuer:
            found += self._contradiction(verification.issuer)
        return found

    def problems_so_far(self) -> list[Problem]:
        """Return what is wrong already; what can be discovered may be missing."""
        found = self.problems()
        if not self.discovery_url:
            return found
        lacking = {_NAMES.get(name, name) for name in self._lacking()}
        return [problem for problem in found if problem.name not in lacking]

    def warnings(self) -> list[Problem]:
        """Return what Logto takes and people regret."""
        found = [*super().warnings(), *self._unsafe_addresses()]
        if self.store_tokens and _OFFLINE not in self.scopes:
            found.append(Problem("scope", _NO_REFRESH))
        verification = self._verification()
        if verification is not None and not is_given(verification.issuer):
            found.append(Problem("issuer", _NO_ISSUER))
        if verification is not None and is_given(verification.audience):
            found.append(Problem(f"{_VERIFICATION}.audience", _UNUSED_AUDIENCE))
        request = _as(AuthorizationRequestOptions, self.authorization_request)
        if request is not None:
            found += (
                problem.inside("authorization_request")
                for problem in request.warnings()
            )
        return found

    def _lacking(self) -> list[str]:
        """Return what is not given of that which a discovery document tells."""
        names = (*ENDPOINTS, AUTH_METHOD)
        lacking = [name for name in names if not getattr(self, name)]
        verification = self._verification()
        lacks_keys = verification is not None and not verification.jwks_uri
        return [*lacking, JWKS_URI] if lacks_keys else lacking

    def _verification(self) -> IdTokenVerification | None:
        """Return what is asked of ID tokens, with the issuer; None when it is no such.

        Whoever names issuers there, a second one for example, has the last word.
        """
        verification = _as(IdTokenVerification, self.id_token_verification)
        if verification is None:
            return None
        return replace(verification, issuer=verification.issuer or self.issuer)

    def _contradiction(self, issuers: object) -> Iterator[Problem]:
        if issuers != self.issuer and (
            not isinstance(issuers, list | tuple) or self.issuer not in issuers
        ):
            yield Problem("issuer", _TWO_ISSUERS)

    def _has_unsafe_issuer(self) -> bool:
        return not kinds.address(self.issuer) and not is_safe(self.issuer)

    def _unsafe_addresses(self) -> Iterator[Problem]:
        verification = self._verification()
        addresses = {
            "issuer": self.issuer,
            **{name: getattr(self, name) for name in ENDPOINTS},
            _NAMES[JWKS_URI]: verification.jwks_uri if verification else "",
        }
        for name, value in addresses.items():
            if value and not kinds.address(value) and not is_safe(value):
                yield Problem(name, _PLAIN)


def _as(kind: type[T], value: object) -> T | None:
    """Return a value if it is what it is declared to be; None for what tables hold."""
    return value if isinstance(value, kind) else None
