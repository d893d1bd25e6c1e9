"""Ending sessions from outside: of somebody who is not the one that asks."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import signed_cookies

from ..models import LogtoSession, on_primary


def end_sessions(rows: Iterable[LogtoSession]) -> int:
    """End the Django sessions of these rows, and the rows with their tokens.

    A session that lives in the browser alone ends with its row, without which
    `LogtoBackend` knows nobody. A request that is under way saves no session that is
    gone, as Django's engines have it; and one that gives its session another key finds
    the row gone, or is found by it here.

    Returns:
        How many rows there were.
    """
    return sum(_end(row) for row in rows)


def _end(row: LogtoSession) -> bool:
    stored = on_primary(LogtoSession).filter(pk=row.pk)
    key: str | None = row.session_key
    while key is not None:
        _forget(key)
        # Not by the id alone: its key may just have become another one.
        if stored.filter(session_key=key).delete()[0]:
            return True
        key = stored.values_list("session_key", flat=True).first()
    return False


def _forget(key: str) -> None:
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    if key and not issubclass(store, signed_cookies.SessionStore):
        store().delete(key)
