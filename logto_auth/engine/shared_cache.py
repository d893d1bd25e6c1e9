"""Django's cache that the processes share, as something that may fail or hang.

No backend can be told how long a call may take. So those of backends that go over a
network are made in a thread for which nobody waits longer than a share of what there
is, and a cache that hung is left alone for a while.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import ClassVar, TypeVar

from django.core.cache import InvalidCacheBackendError, caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from ..conf import logto_settings
from ..errors import ProviderTimeout
from ..log import Event, log
from .deadline import remaining

T = TypeVar("T")

LEFT_ALONE_SECONDS = 30
# Of the time that is left: Logto, whom a miss makes us ask, needs the rest.
_WAIT_SHARE = 1 / 5
# In this process's memory, or of no use.
_AT_HAND = (LocMemCache, DummyCache)

_left_alone_until: dict[str, float] = {}


def from_cache(function: Callable[[BaseCache], T], default: T) -> T:
    """Return what ``function`` makes of the cache that ``CACHE`` names.

    Returns:
        ``default`` where the cache is down, in whatever way, or takes too long, which
        is logged: none must stop a sign-in.
    """
    alias = logto_settings.CACHE
    if time.monotonic() < _left_alone_until.get(alias, 0):
        return default
    try:
        cache = caches[alias]
        # The site's own database hangs for all of the site, if it does; and rows that
        # a transaction has written are seen by its connection alone.
        if type(cache) in _AT_HAND or isinstance(cache, BaseDatabaseCache):
            return function(cache)
        return _answer_in_time(alias, function)
    except ProviderTimeout:
        return default  # the visitor has no time left for it
    except Exception as error:  # noqa: BLE001 - each backend has errors of its own
        log(Event.CACHE_FAILED, cause=type(error).__name__)
        return default


def is_in_database() -> bool:
    """Tell whether the cache that ``CACHE`` names is a table of the site's."""
    try:
        return isinstance(caches[logto_settings.CACHE], BaseDatabaseCache)
    except InvalidCacheBackendError:
        return False


def _answer_in_time(alias: str, function: Callable[[BaseCache], T]) -> T:
    thread = _CacheThread.current()
    future = thread.ask(alias, function)
    try:
        return future.result((remaining() or logto_settings.TIMEOUT) * _WAIT_SHARE)
    except TimeoutError:
        if not future.done():
            _left_alone_until[alias] = time.monotonic() + LEFT_ALONE_SECONDS
            thread.leave()
        raise


class _CacheThread:
    """Makes one call after the other, with connections of its own."""

    _lock = threading.Lock()
    _current: ClassVar[_CacheThread | None] = None

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._run, name="logto cache", daemon=True).start()

    @classmethod
    def current(cls) -> _CacheThread:
        with cls._lock:
            if cls._current is None:
                cls._current = cls()
            return cls._current

    @classmethod
    def forget(cls) -> None:
        """Forget the thread of the parent process, which a child has not."""
        cls._lock, cls._current = threading.Lock(), None

    def ask(self, alias: str, function: Callable[[BaseCache], T]) -> Future[T]:
        future: Future[T] = Future()

        def call() -> None:
            try:
                future.set_result(function(caches[alias]))
            except BaseException as error:  # noqa: BLE001 - for who waits
                future.set_exception(error)

        self._calls.put(call)
        return future

    def leave(self) -> None:
        """Let it end when it hangs no more, and others have another one."""
        self._calls.put(None)
        with self._lock:
            if type(self)._current is self:
                type(self)._current = None

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_CacheThread.forget)
