"""One deadline for everything that a request of ours asks of Logto."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import ProviderTimeout

_ends_at: ContextVar[float | None] = ContextVar("logto_auth_deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let everything inside end ``seconds`` from now; an earlier deadline stays."""
    outer = _ends_at.get()
    ends_at = time.monotonic() + seconds
    token = _ends_at.set(ends_at if outer is None else min(outer, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining() -> float | None:
    """Return the seconds left, above zero, or None when no deadline is set.

    Raises:
        ProviderTimeout: The deadline has passed.
    """
    ends_at = _ends_at.get()
    if ends_at is None:
        return None
    left = ends_at - time.monotonic()
    if left <= 0:
        raise ProviderTimeout("the deadline of this request has passed")
    return left
