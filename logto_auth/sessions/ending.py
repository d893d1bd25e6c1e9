"""Ending sessions from outside: of somebody who is not the one that asks."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import signed_cookies
from django.db.models import QuerySet

from ..models import LogtoSession


def end_sessions(rows: QuerySet[LogtoSession]) -> int:
    """End the Django sessions of these rows, and the rows with their tokens.

    A session that lives in the browser alone ends with its row, without which
    `LogtoBackend` knows nobody. So does one that gets another key meanwhile.

    Returns:
        How many rows there were.
    """
    count = 0
    for row_id, key in list(rows.values_list("pk", "session_key")):
        count += _end(row_id, key)
    return count


def _end(row_id: Any, key: str) -> bool:
    rows = LogtoSession.objects.filter(pk=row_id)
    while True:
        _forget(key)
        # Not by the id alone: a request under way may just have cycled the key.
        if rows.filter(session_key=key).delete()[0]:
            return True
        row = rows.values_list("session_key", flat=True).first()
        if row is None:
            return False
        key = row


def _forget(key: str) -> None:
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    if key and not issubclass(store, signed_cookies.SessionStore):
        store().delete(key)
