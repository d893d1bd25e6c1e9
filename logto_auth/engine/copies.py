"""Copies of Logto's documents, and how processes share them through Django's cache.

A cache that is down, that hangs or holds garbage, has none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..errors import LogtoError
from .shared_cache import from_cache

T = TypeVar("T")

STALE_SECONDS = 24 * 3600
# What comes of reading something else than `share` wrote.
_GARBAGE = (ValueError, TypeError, KeyError, OverflowError, RecursionError, LogtoError)


@dataclass(frozen=True, slots=True)
class Copy(Generic[T]):
    """A value and when it was fetched: by the wall's clock and by the monotonic one."""

    value: T
    fetched_at: float
    born_at: float

    @classmethod
    def of(cls, value: T, fetched_at: float) -> Copy[T]:
        """Return a copy that was fetched at a time of the wall's clock."""
        return cls(value, fetched_at, time.monotonic() - (time.time() - fetched_at))

    def age(self) -> float:
        """Seconds since it was fetched, by the clock that knows of more.

        The wall's may be set back, the other stands still while the machine sleeps.
        """
        return max(time.time() - self.fetched_at, time.monotonic() - self.born_at)

    @property
    def is_usable(self) -> bool:
        """Whether it may be served at all, with Logto down if need be."""
        return 0 <= self.age() < STALE_SECONDS


def shared_copy(cache_key: str, parse: Callable[[object], T]) -> Copy[T] | None:
    """Return the copy in the cache, None when there is none that is of use."""
    text = from_cache(lambda cache: cache.get(cache_key), None)
    if not isinstance(text, str):
        return None
    with suppress(*_GARBAGE):
        stored: Any = json.loads(text)
        copy = Copy.of(parse(stored["document"]), float(stored["fetched_at"]))
        return copy if copy.is_usable else None
    return None


def share(cache_key: str, document: object, fetched_at: float) -> None:
    """Let other processes find a document."""
    text = json.dumps({"fetched_at": fetched_at, "document": document})
    from_cache(lambda cache: cache.set(cache_key, text, timeout=STALE_SECONDS), None)


def forget_shared(cache_key: str) -> None:
    """Drop the copy in the cache."""
    from_cache(lambda cache: cache.delete(cache_key), False)
