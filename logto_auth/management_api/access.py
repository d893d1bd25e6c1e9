"""The access token for the Management API, one for all workers (RFC 6749, 4.4)."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.views.decorators.debug import sensitive_variables

from ..engine.crypto import seal, unseal
from ..engine.deadline import remaining
from ..engine.mode import Mode
from ..engine.provider import provider_at
from ..engine.shared_cache import from_cache
from ..engine.token_endpoint import client_credentials
from ..engine.token_response import MachineToken
from ..errors import (
    ClientRefused,
    ManagementAccessDenied,
    SealBroken,
    TokenRequestRefused,
)
from .credentials import SCOPE, Credentials

# A token that ends while it travels is as good as none.
EARLY_SECONDS = 60
_PURPOSE = "management token"
_WAIT_SECONDS = 0.02
_NO_RENEWAL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    ends_at: float  # by the wall's clock, which the processes share

    @property
    def is_usable(self) -> bool:
        return time.time() < self.ends_at - EARLY_SECONDS


class Access:
    """Gets the token of one application, keeps it, and lets other workers have it.

    It lies sealed in the cache that ``CACHE`` names: whoever reads the cache has not
    the tenant.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._context = credentials.digest()
        self._cache_key = f"logto_auth:management:{self._context}"
        self._token: _Token | None = None
        self._no_renewal_before = 0.0
        self.renew_lock()

    def renew_lock(self) -> None:
        """Forget who is fetching: a forked child has not the parent's threads."""
        self._fetching = threading.Lock()

    @sensitive_variables()
    async def token(self, mode: Mode, *, refused: str | None = None) -> str:
        """Return an access token, fetching one when there is none that may be used.

        Args:
            refused: A token that Logto did not take; the one returned is another.

        Raises:
            ManagementAccessDenied: Logto issues none to this application.
            ProviderError: Logto did not answer as it should.
        """
        token = self._at_hand(refused)
        if token is None:
            token = await mode.call_cache(self._shared, refused)
        if token is None:
            token = await self._fetched(mode, refused)
        self._token = token
        return token.value

    def note_refusal(self) -> None:
        """Note that a new token was refused as well: another would be no better."""
        self._no_renewal_before = time.monotonic() + _NO_RENEWAL_SECONDS

    @property
    def may_renew(self) -> bool:
        """Whether a token that Logto refuses is worth replacing."""
        return time.monotonic() >= self._no_renewal_before

    def forget(self) -> None:
        """Drop the token of this process and the one in the cache, for tests."""
        self._token, self._no_renewal_before = None, 0.0
        from_cache(lambda cache: cache.delete(self._cache_key), False)

    def _at_hand(self, refused: str | None) -> _Token | None:
        token = self._token
        is_good = token and token.is_usable and token.value != refused
        return token if is_good else None

    @sensitive_variables()
    async def _fetched(self, mode: Mode, refused: str | None) -> _Token:
        """Return a new token, for all who ask at the same time."""
        wanted = self._credentials
        metadata = await provider_at(wanted.endpoint).metadata(mode)
        fetching = self._fetching
        while not fetching.acquire(blocking=False):
            remaining()
            await mode.sleep(_WAIT_SECONDS)
        try:
            token = self._at_hand(refused)
            if token is not None:
                return token
            began = time.time()
            granted = await issued(mode, metadata.token_endpoint, wanted)
            token = _Token(granted.access_token, began + granted.expires_in)
            self._token = token
        finally:
            fetching.release()
        await mode.call_cache(self._share, token)
        return token

    @sensitive_variables()
    def _shared(self, refused: str | None) -> _Token | None:
        text = from_cache(lambda cache: cache.get(self._cache_key), None)
        if not isinstance(text, str):
            return None
        try:
            sealed = base64.b64decode(text, validate=True)
            plain = unseal(sealed, purpose=_PURPOSE, context=self._context.encode())
            stored: Any = json.loads(plain)
            token = _Token(str(stored["token"]), float(stored["ends_at"]))
        except (SealBroken, ValueError, TypeError, KeyError):
            return None
        return token if token.is_usable and token.value != refused else None

    @sensitive_variables()
    def _share(self, token: _Token) -> None:
        lives = token.ends_at - EARLY_SECONDS - time.time()
        if lives <= 0:
            return
        plain = json.dumps({"token": token.value, "ends_at": token.ends_at}).encode()
        sealed = seal(plain, purpose=_PURPOSE, context=self._context.encode())
        text = base64.b64encode(sealed).decode()
        from_cache(lambda cache: cache.set(self._cache_key, text, timeout=lives), None)


@sensitive_variables()
async def issued(mode: Mode, token_endpoint: str, wanted: Credentials) -> MachineToken:
    """Return a new access token, which nobody else has.

    Raises:
        ManagementAccessDenied: Logto issues none to this application; says which
            setting to check.
        ProviderError: Logto did not answer as it should.
    """
    try:
        return await client_credentials(
            mode,
            token_endpoint,
            client_id=wanted.app_id,
            client_secret=wanted.app_secret,
            resource=wanted.indicator,
            scope=SCOPE,
        )
    except (ClientRefused, TokenRequestRefused) as error:
        raise ManagementAccessDenied(
            _hint(error.reason, wanted), reason=error.reason
        ) from None


def _hint(reason: str, wanted: Credentials) -> str:
    if reason == "unknown_application":
        return "check M2M_APP_ID"
    if reason == "invalid_client":
        return "check M2M_APP_SECRET"
    if reason == "invalid_target":
        return f"{wanted.indicator} is no API of this tenant; check M2M_RESOURCE"
    return "check that M2M_APP_ID is a machine-to-machine application"


_accesses: dict[str, Access] = {}


def access_of(credentials: Credentials) -> Access:
    """Return the access of an application; one object for each in this process."""
    digest = credentials.digest()
    return _accesses.get(digest) or _accesses.setdefault(digest, Access(credentials))


def _after_fork() -> None:
    for access in _accesses.values():
        access.renew_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
