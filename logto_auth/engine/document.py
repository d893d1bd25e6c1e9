"""A JSON document of Logto's, kept in this process and in Django's cache.

Fresh for an hour. When stale, one caller fetches while the others get the stale copy;
while Logto is down everybody does. Nothing unparsable is ever kept. A Logto that asks
to be left alone is not asked again before.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from ..conf import logto_settings
from ..errors import (
    ProviderError,
    ProviderResponseInvalid,
    ProviderTimeout,
)
from ..log import Event, log
from .copies import Copy, forget_shared, share, shared_copy
from .deadline import deadline, remaining
from .mode import Mode
from .retry_after import raise_if_busy
from .transport import Request, Response, seconds_left

T = TypeVar("T")

FRESH_SECONDS = 3600
COOLDOWN_SECONDS = 30
# Of the time that is left: the renewal of a stale copy can be done without, and the
# calls after it need the rest.
_RENEWAL_SHARE = 1 / 4
# Of TIMEOUT: with less left, a search would only fail, and keep everybody else from
# searching until the cooldown is over.
_SEARCH_SHARE = 1 / 4
_WAIT_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class _Failure:
    """A fetch that failed at ``at`` after so many ``seconds``."""

    error: ProviderError
    at: float
    seconds: float

    def would_be_mine(self, started: float) -> bool:
        """Tell whether who waits since ``started`` need not ask as well.

        Who has more time than the fetch was given may see it succeed.
        """
        if self.at <= started:
            return False
        is_timeout = isinstance(self.error, ProviderTimeout)
        return not is_timeout or self.seconds >= seconds_left()


class CachedDocument(Generic[T]):
    """One document at one URL.

    Args:
        name: What it is, for the log: ``discovery`` or ``keys``.
        cache_key: Its key in Django's cache.
        parse: Turns the decoded JSON into the value; raises ProviderResponseInvalid.
    """

    def __init__(
        self, *, name: str, cache_key: str, parse: Callable[[object], T]
    ) -> None:
        self.name = name
        self.cache_key = cache_key
        self.parse = parse
        self._begin_anew()
        self.renew_lock()

    def _begin_anew(self) -> None:
        self._copy: Copy[T] | None = None
        self._failure: _Failure | None = None  # of the last fetch, if it failed
        self._busy_until = 0.0
        self._no_renewal_before = 0.0
        self._no_search_before = 0.0

    def renew_lock(self) -> None:
        """Forget who is fetching: a forked child has not the parent's threads."""
        self._fetching = threading.Lock()

    def at_hand(self) -> Copy[T] | None:
        """Return the copy of this process, however old, None when there is none."""
        return self._copy

    def find(self) -> Copy[T] | None:
        """Return the same, or what another process has put into the cache."""
        if self._copy is None:
            shared = shared_copy(self.cache_key, self.parse)
            if shared is not None and self._copy is None:  # or it was fetched meanwhile
                self._copy = shared
        return self._copy

    async def get(self, mode: Mode, url: str) -> T:
        """Return the value, fetching it from ``url`` when there is no fresh copy.

        Raises:
            ProviderError: There is no copy at all and Logto did not give one.
        """
        copy = self._usable()
        if copy is not None and copy.age() < FRESH_SECONDS:
            return copy.value
        started, fetching = time.monotonic(), self._fetching
        while not fetching.acquire(blocking=False):
            if copy is not None:
                return copy.value
            self._raise_what_others_met(started)
            await _pause(mode)
            copy = self._usable()
        try:
            return await self._renew(mode, url, started)
        finally:
            fetching.release()

    async def newer(self, mode: Mode, url: str, than: T) -> T:
        """Return a copy that was fetched after ``than``, or ``than`` in the cooldown.

        At most one fetch in ``COOLDOWN_SECONDS``, however many callers ask and however
        it ends: tokens must not make this site ask a Logto that fails again and again.
        After one that failed nobody knows what is newer, and who asks is told so.

        Raises:
            ProviderError: Logto did not give one, now or at the fetch before.
        """
        copy = self._usable()
        if copy is not None and copy.value is not than:
            return copy.value
        fetching = self._fetching
        while not fetching.acquire(blocking=False):
            await _pause(mode)
        try:
            copy = self._usable()
            if copy is not None and copy.value is not than:
                return copy.value
            shared = await self._newer_shared(mode, copy)
            if shared is not None:
                return shared.value
            no_fetch_before = max(self._no_search_before, self._busy_until)
            if time.monotonic() < no_fetch_before:
                if self._failure is not None:
                    _raise_again(self._failure, no_fetch_before)
                return than
            left = remaining()
            if left is not None and left < logto_settings.TIMEOUT * _SEARCH_SHARE:
                raise ProviderTimeout(f"there is no time left for newer {self.name}")
            self._no_search_before = time.monotonic() + COOLDOWN_SECONDS
            return await self._fetch(mode, url)
        finally:
            fetching.release()

    def forget(self) -> None:
        """Drop the copies of this process and of the cache, and what Logto said."""
        self._begin_anew()
        forget_shared(self.cache_key)

    def _usable(self) -> Copy[T] | None:
        copy = self._copy
        return copy if copy is not None and copy.is_usable else None

    async def _newer_shared(self, mode: Mode, copy: Copy[T] | None) -> Copy[T] | None:
        """Take over what another process fetched, where that is newer than ``copy``."""
        shared = await mode.call_cache(shared_copy, self.cache_key, self.parse)
        if shared is None or (copy and shared.fetched_at <= copy.fetched_at):
            return None
        self._copy = shared
        return shared

    def _raise_what_others_met(self, started: float) -> None:
        failure = self._failure
        if failure is not None and failure.would_be_mine(started):
            _raise_again(failure, self._busy_until)

    async def _renew(self, mode: Mode, url: str, started: float) -> T:
        copy = self._usable()
        if copy is None:
            self._raise_what_others_met(started)
        elif copy.age() < FRESH_SECONDS:
            return copy.value
        copy = await self._newer_shared(mode, copy) or copy
        if copy is not None and copy.age() < FRESH_SECONDS:
            return copy.value
        if copy is None:
            if self._failure is not None and time.monotonic() < self._busy_until:
                _raise_again(self._failure, self._busy_until)
            return await self._fetch(mode, url)
        if time.monotonic() < max(self._no_renewal_before, self._busy_until):
            return copy.value
        try:
            with deadline(seconds_left() * _RENEWAL_SHARE):
                return await self._fetch(mode, url)
        except ProviderError as error:
            self._no_renewal_before = time.monotonic() + COOLDOWN_SECONDS
            log(Event.STALE_DOCUMENT_SERVED, document=self.name, cause=error.code)
            return copy.value

    async def _fetch(self, mode: Mode, url: str) -> T:
        began = time.monotonic()
        try:
            response = await mode.send(
                Request("GET", url, headers={"Accept": "application/json"})
            )
            document = document_of(response, url)
            copy = Copy.of(self.parse(document), time.time())
        except ProviderError as error:
            now = time.monotonic()
            self._failure = _Failure(error.fresh(), now, now - began)
            self._busy_until = now + error.retry_after
            raise
        self._copy, self._failure = copy, None
        await mode.call_cache(share, self.cache_key, document, copy.fetched_at)
        return copy.value


async def _pause(mode: Mode) -> None:
    remaining()
    await mode.sleep(_WAIT_SECONDS)


def _raise_again(failure: _Failure, not_before: float) -> NoReturn:
    """Raise what the last fetch met, with what is left of the time to wait."""
    left = math.ceil(not_before - time.monotonic())
    raise failure.error.fresh(retry_after=max(0, left))


def document_of(response: Response, url: str) -> object:
    """Return the document that an answer holds.

    Raises:
        ProviderBusy: Logto asks to be left alone.
        ProviderResponseInvalid: It holds none.
    """
    raise_if_busy(response, url)
    if response.status != 200:
        raise ProviderResponseInvalid(url, reason=f"status_{response.status}")
    document: object = response.json()
    return document
