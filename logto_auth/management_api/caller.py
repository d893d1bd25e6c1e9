"""One call of the Management API: its token, its turn, its retries, its refusals."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.deadline import deadline, remaining
from ..engine.mode import Mode
from ..engine.retry_after import raise_if_busy
from ..engine.transport import Request, Response
from ..errors import (
    ProviderBusy,
    ProviderError,
    ProviderResponseInvalid,
    ProviderTimeout,
    ProviderUnreachable,
)
from .access import access_of
from .credentials import Credentials
from .pacing import Pacing
from .refusal import refusal_of

PATH = "/api"
ATTEMPTS = 4
# Of the wait before the second attempt; each further one may be twice as long.
_FIRST_WAIT_SECONDS = 0.5
# Nobody watches a command for longer.
LONGEST_WAIT_SECONDS = 60
# Every description of a connector is in the list of what there is.
_MAX_BYTES = 16 * 1024 * 1024
_SAFE = ("GET",)
# A token of before somebody gave the application its role is refused with 403.
_REFUSED = (401, 403)


class Caller:
    """Calls the Management API with one application's credentials in one mode.

    A call that only reads is made again, after a wait that chance makes different for
    each caller, when Logto cannot be reached, fails or is slow. One that changes
    something is made again only after a 429, which has changed nothing.

    Args:
        patience: Seconds that a call may take with all its attempts; ``TIMEOUT``, as
            for everything that a visitor waits for, when it is not given. Each attempt
            may take as long as ``TIMEOUT``.
    """

    def __init__(
        self, credentials: Credentials, mode: Mode, patience: float | None = None
    ) -> None:
        self.credentials = credentials
        self.patience = patience
        self.mode = mode
        self._access = access_of(credentials)
        self._pacing = _pacing_of(credentials.endpoint)

    async def get(self, path: str, **query: str | int) -> Any:
        """Return what is at ``path``, decoded. See call()."""
        return (await self.call("GET", path, query=query)).json()

    @sensitive_variables()
    async def call(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str | int] | None = None,
    ) -> Response:
        """Return the answer to a call, which is 2xx.

        Args:
            path: Below ``/api``.
            document: Sent as JSON.

        Raises:
            ManagementError: Logto refused it.
            ProviderError: Logto could not be reached, failed or was too slow.
        """
        with deadline(self.patience or logto_settings.TIMEOUT):
            attempt = 1
            while True:
                try:
                    return await self._attempt(method, path, document, query or {})
                except ProviderError as error:
                    wait = _wait(error, attempt, is_safe=method in _SAFE)
                    if wait is None:
                        raise
                await self.mode.sleep(wait)
                attempt += 1

    @sensitive_variables()
    async def _attempt(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None,
        query: Mapping[str, str | int],
    ) -> Response:
        address = f"{self.credentials.endpoint}{PATH}{path}"
        url = f"{address}?{urlencode(query)}" if query else address
        refused: str | None = None
        while True:
            await self._pacing.turn(self.mode)
            with deadline(logto_settings.TIMEOUT):
                token = await self._access.token(self.mode, refused=refused)
                headers = {
                    "Accept": "application/json",
                    "Authorization": f"Bearer {token}",
                }
                response = await self.mode.send(
                    Request(
                        method,
                        url,
                        headers=headers,
                        document=document,
                        max_bytes=_MAX_BYTES,
                    )
                )
            if response.status in _REFUSED:
                if refused is None and self._access.may_renew:
                    refused = token
                    continue
                if refused is not None:
                    self._access.note_refusal()
            raise_if_busy(response, f"{method} {path}")
            if response.status >= 500:
                raise ProviderResponseInvalid(
                    f"{method} {path}", reason=f"status_{response.status}"
                )
            if response.status >= 300:
                raise refusal_of(response, f"{method} {path}")
            return response


def _wait(error: ProviderError, attempt: int, *, is_safe: bool) -> float | None:
    """Return the seconds until the next attempt, None when there is none."""
    was_undone = isinstance(error, ProviderBusy) and error.reason == "status_429"
    if attempt >= ATTEMPTS or not (was_undone or (is_safe and _may_pass(error))):
        return None
    longest = _FIRST_WAIT_SECONDS * 2 ** (attempt - 1)
    wait = error.retry_after + random.uniform(longest / 2, longest)  # noqa: S311
    left = remaining()
    if wait > LONGEST_WAIT_SECONDS or (left is not None and wait >= left):
        return None
    return wait


def _may_pass(error: ProviderError) -> bool:
    if isinstance(error, ProviderResponseInvalid):
        return error.reason.startswith("status_5")
    return isinstance(error, ProviderBusy | ProviderTimeout | ProviderUnreachable)


_pacings: dict[str, Pacing] = {}


def _pacing_of(endpoint: str) -> Pacing:
    return _pacings.get(endpoint) or _pacings.setdefault(endpoint, Pacing())


def forget_pacings() -> None:
    """Forget what this process has called, for tests that call a great deal."""
    _pacings.clear()


def _after_fork() -> None:
    for pacing in _pacings.values():
        pacing.renew_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
