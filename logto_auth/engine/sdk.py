"""The ``logto`` SDK with this package's transport, verification and parameters.

The only module that imports ``logto``. Configuration, sign-in URL, callback handling,
sign-out URL and storage keys stay the SDK's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.views.decorators.debug import sensitive_variables
from logto import LogtoClient, LogtoConfig, LogtoException, Storage
from logto.models.oidc import OidcProviderMetadata, Scope, UserInfoScope
from logto.models.response import TokenResponse
from logto.OidcCore import OidcCore

from ..conf import logto_settings
from ..errors import (
    AuthorizationResponseInvalid,
    TokenInvalid,
)
from .mode import Mode
from .provider import Metadata, Provider, current_provider
from .scopes import may_hold_permissions, missing_scopes
from .token_endpoint import exchange_code
from .token_response import TokenSet
from .userinfo import fetch_userinfo
from .verification import VerifiedClaims

__all__ = [
    "AuthorizationRequest",
    "Grant",
    "LogtoSdkClient",
    "MemoryStorage",
    "PersistKey",
    "Storage",
]

PersistKey = Literal["idToken", "accessTokenMap", "refreshToken", "signInSession"]
PERSIST_KEYS: tuple[PersistKey, ...] = (
    "idToken",
    "accessTokenMap",
    "refreshToken",
    "signInSession",
)


class MemoryStorage(Storage):
    """The SDK's storage for one sign-in attempt; its values have no repr."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values: dict[str, str] = dict(values or {})

    def get(self, key: PersistKey) -> str | None:
        """Return the value of ``key``, None when there is none."""
        return self.values.get(key)

    def set(self, key: PersistKey, value: str | None) -> None:
        """Set ``key``."""
        if value is None:
            self.delete(key)
        else:
            self.values[key] = value

    def delete(self, key: PersistKey) -> None:
        """Forget ``key``."""
        self.values.pop(key, None)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A sign-in that is about to start; only ``url`` leaves this site."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a completed sign-in brought: verified claims, userinfo and tokens.

    ``tokens`` has the SDK's storage keys (``idToken``, ``refreshToken``,
    ``accessTokenMap``); ``missing_scopes`` were asked for and not granted.
    """

    claims: VerifiedClaims
    userinfo: Mapping[str, Any] = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)
    missing_scopes: tuple[str, ...] = ()


class _Core(OidcCore):
    """The SDK's core with its network methods replaced."""

    def __init__(self, provider: Provider, metadata: Metadata, mode: Mode) -> None:
        super().__init__(OidcProviderMetadata(**metadata.document))
        self.mode = mode
        self.provider = provider
        self.provider_metadata = metadata
        self.expected: dict[str, Any] = {}
        self.token_set: TokenSet | None = None
        self.claims: VerifiedClaims | None = None

    @sensitive_variables()
    async def fetchTokenByCode(
        self,
        clientId: str,
        clientSecret: str | None,
        redirectUri: str,
        code: str,
        codeVerifier: str,
    ) -> TokenResponse:
        """Exchange the code and verify the ID token, which here may be awaited."""
        tokens = await exchange_code(
            self.mode,
            self.provider_metadata.token_endpoint,
            client_id=clientId,
            client_secret=clientSecret or "",
            redirect_uri=redirectUri,
            code=code,
            code_verifier=codeVerifier,
        )
        self.claims = await self.provider.verify_id_token(
            self.mode,
            tokens.id_token,
            client_id=clientId,
            access_token=tokens.access_token,
            code=code,
            **self.expected,
        )
        self.token_set = tokens
        return TokenResponse(
            access_token=tokens.access_token,
            token_type=tokens.token_type,
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh_token,
            id_token=tokens.id_token,
        )

    @sensitive_variables()
    def verifyIdToken(self, idToken: str, clientId: str) -> None:
        """Accept only the token that `fetchTokenByCode` has just verified."""
        if self.token_set is None or idToken != self.token_set.id_token:
            raise TokenInvalid(reason="not_verified")


class LogtoSdkClient(LogtoClient):
    """One SDK client for one request, over this package's engine."""

    def __init__(
        self,
        mode: Mode,
        storage: MemoryStorage | None = None,
        provider: Provider | None = None,
    ) -> None:
        self.memory = storage or MemoryStorage()
        super().__init__(_sdk_config(), self.memory)
        self._mode = mode
        self._provider = provider or current_provider()

    async def getOidcCore(self) -> _Core:
        """Return the core, made once for this client."""
        if self._oidcCore is None:
            metadata = await self._provider.metadata(self._mode)
            self._oidcCore = _Core(self._provider, metadata, self._mode)
        return cast(_Core, self._oidcCore)

    @sensitive_variables()
    async def authorization_request(
        self, redirect_uri: str, parameters: Mapping[str, str]
    ) -> AuthorizationRequest:
        """Build the authorization URL.

        Args:
            redirect_uri: Absolute; registered in Logto.
            parameters: Added to the SDK's URL, replacing what it set.
        """
        url = await self.signIn(redirect_uri)
        session = json.loads(self.memory.values["signInSession"])
        return AuthorizationRequest(
            url=_with_parameters(
                url, {"scope": " ".join(logto_settings.SCOPES), **parameters}
            ),
            state=session["state"],
            code_verifier=session["codeVerifier"],
        )

    # Where something unforeseen fails inside, a report shows the SDK's frame too.
    handleSignInCallback = sensitive_variables()(LogtoClient.handleSignInCallback)

    @sensitive_variables()
    async def complete(
        self,
        *,
        redirect_uri: str,
        state: str,
        code: str,
        code_verifier: str,
        nonce: str,
        max_age: int | None,
        iss: str | None,
    ) -> Grant:
        """Exchange the code, verify the ID token, fetch userinfo: two HTTP calls.

        Raises:
            AuthorizationResponseInvalid: ``iss`` is missing or wrong (RFC 9207).
            ProviderError: Logto refused, failed, or sent something untrustworthy.
        """
        core = await self.getOidcCore()
        metadata = core.provider_metadata
        if iss != metadata.issuer and (iss is not None or metadata.sends_iss):
            raise AuthorizationResponseInvalid(reason="wrong_issuer")
        core.expected = {"nonce": nonce, "max_age": max_age}
        self.memory.set(
            "signInSession",
            json.dumps(
                {
                    "redirectUri": redirect_uri,
                    "codeVerifier": code_verifier,
                    "state": state,
                }
            ),
        )
        answer = urlencode({"code": code, "state": state})
        try:
            await self.handleSignInCallback(f"{redirect_uri}?{answer}")
        except LogtoException as error:
            raise AuthorizationResponseInvalid(reason="sdk") from error
        if core.claims is None or core.token_set is None:
            raise TokenInvalid(reason="not_verified")
        userinfo = await fetch_userinfo(
            self._mode,
            metadata.userinfo_endpoint,
            access_token=core.token_set.access_token,
            subject=core.claims.subject,
        )
        scopes = logto_settings.SCOPES
        missing = missing_scopes(
            scopes,
            core.token_set,
            known=metadata.document["scopes_supported"],
            # The SDK asks for the organizations' resource itself.
            has_resources=may_hold_permissions(scopes, logto_settings.RESOURCES),
        )
        return Grant(core.claims, userinfo, dict(self.memory.values), missing)

    async def end_session_url(self, post_logout_redirect_uri: str, state: str) -> str:
        """Return Logto's sign-out address (OIDC RP-Initiated Logout 1.0)."""
        url = await self.signOut(post_logout_redirect_uri)
        return _with_parameters(url, {"state": state})

    async def revocation_endpoint(self) -> str:
        """Return where tokens are revoked (RFC 7009); the SDK does not know it."""
        return (await self.getOidcCore()).provider_metadata.revocation_endpoint


def _sdk_config() -> LogtoConfig:
    scopes: list[str | Scope] = [
        _SCOPES.get(scope, scope) for scope in logto_settings.SCOPES
    ]
    return LogtoConfig(
        endpoint=logto_settings.ENDPOINT,
        appId=logto_settings.APP_ID,
        appSecret=logto_settings.APP_SECRET,
        resources=list(logto_settings.RESOURCES),
        scopes=scopes,
    )


# The SDK recognises the organizations scope only as its enum member.
_SCOPES: dict[str, Scope] = {scope.value: scope for scope in UserInfoScope}


def _with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))
