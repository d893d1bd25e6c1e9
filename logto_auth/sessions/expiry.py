"""Rows of sessions that nobody can come back to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db, signed_cookies
from django.utils import timezone

from ..models import LogtoSession, on_primary

#: Logto's longest life of a grant; no token in an older row works.
GRANT_AGE = timedelta(days=180)
#: Not to take a row for ended whose session is about to be saved.
_YOUNG = timedelta(hours=1)
_BATCH = 500


def expired_sessions() -> Iterator[list[LogtoSession]]:
    """Yield pages of rows whose Django session has ended.

    Of sessions that browsers keep, and renew whenever they are written, nobody knows:
    theirs are old enough when no token in them can work any more.
    """
    now = timezone.now()
    rows = on_primary(LogtoSession).defer("tokens", "claims").order_by("pk")
    rows = rows.filter(updated_at__lt=now - _YOUNG)
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    oldest = now - max(GRANT_AGE, age)
    page: list[LogtoSession] | None = None
    while page is None or len(page) == _BATCH:
        page = list((rows.filter(pk__gt=page[-1].pk) if page else rows)[:_BATCH])
        alive = open_keys(row.session_key for row in page)
        expired = [
            row
            for row in page
            if (
                row.session_key not in alive
                if row.session_key
                else row.updated_at < oldest
            )
        ]
        if expired:
            yield expired


def open_keys(keys: Any) -> Collection[str]:
    """Return those of the keys whose session is open; the empty one always is.

    Of the database's sessions, one query tells; of other engines', each is asked.
    """
    wanted = {key for key in keys if key}
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    if issubclass(store, signed_cookies.SessionStore):
        return {""}  # whatever other engine a key is from
    if issubclass(store, db.SessionStore):
        stored = store.get_model_class()._default_manager
        found = stored.filter(session_key__in=wanted, expire_date__gt=timezone.now())
        return {"", *found.values_list("session_key", flat=True)}
    return {"", *(key for key in wanted if store().exists(key))}
