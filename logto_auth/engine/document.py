"""A JSON document of Logto's, kept in this process and in Django's cache.

Fresh for an hour. When stale, one caller fetches while the others get the stale copy;
while Logto is down everybody does. Nothing unparsable is ever kept.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.cache import caches

from ..conf import logto_settings
from ..errors import LogtoError, ProviderBusy, ProviderError, ProviderResponseInvalid
from ..log import Event, log
from .deadline import remaining
from .mode import Mode
from .transport import Request, Response

T = TypeVar("T")

FRESH_SECONDS = 3600
STALE_SECONDS = 24 * 3600
COOLDOWN_SECONDS = 30
_WAIT_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class _Copy(Generic[T]):
    value: T
    fetched_at: float

    def age(self) -> float:
        return time.time() - self.fetched_at


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
        self._copy: _Copy[T] | None = None
        self._no_fetch_before = 0.0
        self._failure: tuple[float, ProviderError] | None = None
        self.renew_lock()

    def renew_lock(self) -> None:
        """Forget who is fetching: a forked child has not the parent's threads."""
        self._fetching = threading.Lock()

    async def get(self, mode: Mode, url: str) -> T:
        """Return the value, fetching it from ``url`` when there is no fresh copy.

        Raises:
            ProviderError: There is no copy at all and Logto did not give one.
        """
        copy = self._usable()
        if copy is not None and copy.age() < FRESH_SECONDS:
            return copy.value
        started = time.monotonic()
        while not self._fetching.acquire(blocking=False):
            if copy is not None:
                return copy.value
            remaining()
            await mode.sleep(_WAIT_SECONDS)
            copy = self._usable()
        try:
            return await self._renew(mode, url, started)
        finally:
            self._fetching.release()

    async def newer(self, mode: Mode, url: str, than: T) -> T:
        """Return a copy that was fetched after ``than``, or ``than`` in the cooldown.

        At most one fetch in ``COOLDOWN_SECONDS``, however many callers ask.
        """
        copy = self._usable()
        if copy is not None and copy.value is not than:
            return copy.value
        while not self._fetching.acquire(blocking=False):
            remaining()
            await mode.sleep(_WAIT_SECONDS)
        try:
            copy = self._usable()
            if copy is not None and copy.value is not than:
                return copy.value
            shared = await mode.call(self._read_shared)
            if shared and (copy is None or shared.fetched_at > copy.fetched_at):
                self._copy = shared
                return shared.value
            if time.monotonic() < self._no_fetch_before:
                return than
            self._no_fetch_before = time.monotonic() + COOLDOWN_SECONDS
            return await self._fetch(mode, url)
        finally:
            self._fetching.release()

    def forget(self) -> None:
        """Drop the copies of this process and of the cache."""
        self._copy = None
        try:
            caches[logto_settings.CACHE].delete(self.cache_key)
        except Exception as error:  # noqa: BLE001  # see _read_shared
            log(Event.CACHE_FAILED, cause=type(error).__name__)

    def _usable(self) -> _Copy[T] | None:
        copy = self._copy
        return copy if copy is not None and copy.age() < STALE_SECONDS else None

    async def _renew(self, mode: Mode, url: str, started: float) -> T:
        copy = self._usable()
        if copy is not None and copy.age() < FRESH_SECONDS:
            return copy.value
        if self._failure is not None and self._failure[0] > started:
            raise self._failure[1].fresh()
        shared = await mode.call(self._read_shared)
        if shared is not None and (copy is None or shared.fetched_at > copy.fetched_at):
            self._copy = copy = shared
            if copy.age() < FRESH_SECONDS:
                return copy.value
        if copy is not None and time.monotonic() < self._no_fetch_before:
            return copy.value
        try:
            return await self._fetch(mode, url)
        except ProviderError as error:
            self._failure = time.monotonic(), error.fresh()
            if copy is None:
                raise
            self._no_fetch_before = time.monotonic() + COOLDOWN_SECONDS
            log(Event.STALE_DOCUMENT_SERVED, document=self.name, cause=error.code)
            return copy.value

    async def _fetch(self, mode: Mode, url: str) -> T:
        response = await mode.send(
            Request("GET", url, headers={"Accept": "application/json"})
        )
        document = _document_of(response, url)
        copy = _Copy(self.parse(document), time.time())
        self._copy = copy
        await mode.call(self._write_shared, document, copy.fetched_at)
        return copy.value

    def _read_shared(self) -> _Copy[T] | None:
        try:
            text = caches[logto_settings.CACHE].get(self.cache_key)
            if not isinstance(text, str):
                return None
            stored: Any = json.loads(text)
            copy = _Copy(self.parse(stored["document"]), float(stored["fetched_at"]))
        except (ValueError, TypeError, KeyError, LogtoError):
            return None
        # A cache that is down, in whatever way, must not stop a sign-in.
        except Exception as error:  # noqa: BLE001
            log(Event.CACHE_FAILED, cause=type(error).__name__)
            return None
        return copy if 0 <= copy.age() < STALE_SECONDS else None

    def _write_shared(self, document: object, fetched_at: float) -> None:
        text = json.dumps({"fetched_at": fetched_at, "document": document})
        try:
            caches[logto_settings.CACHE].set(
                self.cache_key, text, timeout=STALE_SECONDS
            )
        except Exception as error:  # noqa: BLE001  # see _read_shared
            log(Event.CACHE_FAILED, cause=type(error).__name__)


def _document_of(response: Response, url: str) -> object:
    if response.status in (429, 503):
        raise ProviderBusy(url, reason=f"status_{response.status}")
    if response.status != 200:
        raise ProviderResponseInvalid(url, reason=f"status_{response.status}")
    document: object = response.json()
    return document
