"""Django's cache that the processes share, as something that may fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..log import Event, log


@contextmanager
def cache_may_fail() -> Iterator[None]:
    """Log a cache that is down, in whatever way, and go on: none must stop a sign-in.

    What is inside is left at the failure, so what it was to find out has to have a
    value before.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - each backend has errors of its own
        log(Event.CACHE_FAILED, cause=type(error).__name__)
