"""Ending sessions from outside: of somebody who is not the one that asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, signed_cookies

from ..models import LogtoSession, on_primary

_BATCH = 500
# Each time a request has given its session another key meanwhile.
_MAX_TRIES = 10


def end_sessions(rows: Iterable[LogtoSession]) -> int:
    """End the Django sessions of these rows, and the rows with their tokens.

    A session goes before its row, or whoever dies in between would leave one that
    nobody finds any more; and once more after it, for a request that saved it between:
    those that come later find no row, see `guarding`. What lives in the browser alone
    ends with its row, see `has_ended`.

    Returns:
        How many rows there were.
    """
    listed, count = list(rows), 0
    for start in range(0, len(listed), _BATCH):
        count += _end({row.pk: row.session_key for row in listed[start:][:_BATCH]})
    return count


def end_session_as_read(row: LogtoSession) -> None:
    """End one session, unless its row has got other tokens since it was read."""
    as_read = on_primary(LogtoSession).filter(pk=row.pk, version=row.version)
    for _ in range(_MAX_TRIES):
        key = as_read.values_list("session_key", flat=True).first()
        if key is None:
            return
        # Not by the id alone: its key may just have become another one.
        if as_read.filter(session_key=key).delete()[0]:
            _forget({key})
            return


def _end(keys: dict[Any, str]) -> int:
    rows = on_primary(LogtoSession).filter(pk__in=keys)
    count, known = 0, set(keys.values())
    for _ in range(_MAX_TRIES):
        _forget(known)
        # Not by the id alone: a key may just have become another one.
        count += rows.filter(session_key__in=known).delete()[0]
        _forget(known)
        left = set(rows.values_list("session_key", flat=True))
        if left <= known:
            break
        known = left
    return count


def _forget(keys: Collection[str]) -> None:
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    wanted = [key for key in keys if key]
    if not wanted or issubclass(store, signed_cookies.SessionStore):
        return
    if store not in (db.SessionStore, cached_db.SessionStore, cache.SessionStore):
        for key in wanted:
            store().delete(key)
        return
    if issubclass(store, db.SessionStore):
        model = store.get_model_class()
        model._default_manager.filter(session_key__in=wanted).delete()
    if store is not db.SessionStore:
        kept = store()
        kept._cache.delete_many([kept.cache_key_prefix + key for key in wanted])
