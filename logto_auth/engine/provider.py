"""One Logto server: its metadata (OIDC Discovery 1.0) and its signing keys."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..errors import ProviderResponseInvalid, SigningKeyUnknown
from .document import CachedDocument
from .experience import KnownExperience
from .issuer import issuer_of
from .keys import KeySet
from .logout_token import LogoutToken, verify_logout_token
from .mode import Mode
from .verification import VerifiedClaims, verify_id_token

T = TypeVar("T")

DISCOVERY_PATH = "/.well-known/openid-configuration"
_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "revocation_endpoint",
)
# Required of every provider (OpenID Connect Discovery 1.0, 3).
_LISTS = (
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
# Whether Logto says who answers (RFC 9207, 3).
_SENDS_ISS = "authorization_response_iss_parameter_supported"
# Without dots, which lead out again: "/oidc/../elsewhere".
_BELOW_ISSUER = re.compile(r"(/[\w-]+)+", re.ASCII)
# With its parameters it has to fit into a redirect.
_MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Metadata:
    """The checked discovery document.

    Every endpoint lies below the issuer, as Logto's do, so that a poisoned document
    cannot send the app secret elsewhere. ``document`` has what was checked and nothing
    else: no later reader may stumble over the rest while it is cached.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    revocation_endpoint: str
    sends_iss: bool
    document: Mapping[str, Any]

    @classmethod
    def parse(cls, document: object, *, issuer: str) -> Metadata:
        """Check a discovery document against the configured issuer.

        Raises:
            ProviderResponseInvalid: ``reason`` is ``discovery_shape``,
                ``discovery_issuer`` or ``discovery_endpoint``.
        """
        if not isinstance(document, dict):
            raise ProviderResponseInvalid(reason="discovery_shape")
        if document.get("issuer") != issuer:
            raise ProviderResponseInvalid(
                f"discovery names another issuer than {issuer}; "
                "ENDPOINT must be the address that Logto itself uses",
                reason="discovery_issuer",
                issuer=_showable(document.get("issuer")),
            )
        endpoints = {name: _endpoint(document, name, issuer) for name in _ENDPOINTS}
        lists = {name: _texts(document.get(name), name) for name in _LISTS}
        scopes = _texts(document.get("scopes_supported", []), "scopes_supported")
        return cls(
            issuer=issuer,
            **endpoints,
            sends_iss=_is_promised(document, _SENDS_ISS),
            document={
                "issuer": issuer,
                **endpoints,
                **lists,
                "scopes_supported": scopes,
            },
        )


def _showable(value: object) -> str:
    """Return the beginning of what Logto sent, without what no page can hold."""
    return str(value)[:200].encode(errors="replace").decode()


def _endpoint(document: dict[str, Any], name: str, issuer: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise ProviderResponseInvalid(name, reason="discovery_shape")
    if not (
        len(value) <= _MAX_LENGTH
        and value.startswith(issuer)
        and _BELOW_ISSUER.fullmatch(value, pos=len(issuer))
    ):
        raise ProviderResponseInvalid(name, reason="discovery_endpoint")
    return value


def _is_promised(document: dict[str, Any], name: str) -> bool:
    value = document.get(name, False)
    if not isinstance(value, bool):
        raise ProviderResponseInvalid(name, reason="discovery_shape")
    return value


def _texts(value: object, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ProviderResponseInvalid(name, reason="discovery_shape")
    return value


class Provider:
    """Metadata and keys of the Logto server at ``endpoint``, cached.

    ``experience`` is what its own sign-in page offers, as far as that is known.
    """

    def __init__(self, endpoint: str) -> None:
        self.issuer = issuer_of(endpoint)
        digest = hashlib.sha256(self.issuer.encode()).hexdigest()[:32]
        self._metadata = CachedDocument(
            name="discovery",
            cache_key=f"logto_auth:discovery:{digest}",
            parse=lambda document: Metadata.parse(document, issuer=self.issuer),
        )
        self._keys = CachedDocument(
            name="keys", cache_key=f"logto_auth:keys:{digest}", parse=KeySet.parse
        )
        self.experience = KnownExperience(endpoint, digest)

    async def metadata(self, mode: Mode) -> Metadata:
        """Return the metadata.

        Raises:
            ProviderError: There is no copy of it and Logto did not give one.
        """
        return await self._metadata.get(mode, self.issuer + DISCOVERY_PATH)

    @sensitive_variables()
    async def verify_id_token(
        self, mode: Mode, unverified_id_token: str, **expected: Any
    ) -> VerifiedClaims:
        """Verify an ID token, fetching the keys anew once when its key is unknown.

        Args:
            expected: Passed on to `verification.verify_id_token`.

        Raises:
            TokenInvalid: It fails a check; SigningKeyUnknown when no key fits it.
            ProviderError: There are no keys, or none newer when its key is unknown.
        """
        return await self._verified(
            mode, verify_id_token, unverified_id_token, **expected
        )

    @sensitive_variables()
    async def verify_logout_token(
        self, mode: Mode, unverified_logout_token: str, *, client_id: str
    ) -> LogoutToken:
        """Verify a logout token. See verify_id_token()."""
        return await self._verified(
            mode, verify_logout_token, unverified_logout_token, client_id=client_id
        )

    @sensitive_variables()
    async def _verified(
        self,
        mode: Mode,
        verify: Callable[..., T],
        unverified_token: str,
        **expected: Any,
    ) -> T:
        jwks_uri = (await self.metadata(mode)).jwks_uri
        keys = await self._keys.get(mode, jwks_uri)
        while True:
            try:
                return verify(unverified_token, keys, issuer=self.issuer, **expected)
            except SigningKeyUnknown:
                newer = await self._keys.newer(mode, jwks_uri, than=keys)
                if newer is keys:
                    raise
                keys = newer

    def forget(self) -> None:
        """Drop what is cached, for tests; see `CachedDocument.forget`."""
        self._metadata.forget()
        self._keys.forget()
        self.experience.forget()

    def renew_locks(self) -> None:
        """See `CachedDocument.renew_lock`."""
        self._metadata.renew_lock()
        self._keys.renew_lock()
        self.experience.renew_locks()


_providers: dict[str, Provider] = {}


def current_provider() -> Provider:
    """Return the provider that the settings name now."""
    return provider_at(logto_settings.ENDPOINT)


def provider_at(endpoint: str) -> Provider:
    """Return the provider at an address; one object for each."""
    return _providers.get(endpoint) or _providers.setdefault(
        endpoint, Provider(endpoint)
    )


def forget_providers() -> None:
    """Drop every provider of this process, for tests that count calls."""
    for provider in _providers.values():
        provider.experience.settle()
    _providers.clear()


def _after_fork() -> None:
    for provider in _providers.values():
        provider.renew_locks()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
