"""Sessions that have been ended stay so, whatever a request under way does with them.

Django's sessions in the database are saved by one UPDATE, which fails where there is
nothing. Those of other engines are looked up and then written, and come back when they
were ended in between. So whoever has written one looks whether the row of the sign-in
is still there, and else takes it back. `ending` forgets a session once more when the
row is gone: one of the two comes last.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db, db, signed_cookies
from django.contrib.sessions.backends.base import SessionBase

from ..models import LogtoSession, on_primary
from .record import RECORD_KEY, SessionRecord

_CACHED = "_logto_cached"


def has_ended(session: SessionBase) -> bool:
    """Tell whether the row is gone that a sign-in with Logto has in this session."""
    record = SessionRecord.load(session.get(RECORD_KEY))
    if record is None or record.user_id != session.get(SESSION_KEY):
        return False
    return not on_primary(LogtoSession).filter(pk=record.row_id).exists()


def guard(session: Any) -> None:
    """Have a session of a request look after it was written: one query for each time.

    Those that only read theirs cost nothing, unless they bring it into a cache.
    """
    if type(session) in (db.SessionStore, signed_cookies.SessionStore):
        return
    save, asave = session.save, session.asave

    def guarded_save(must_create: bool = False) -> None:
        save(must_create=must_create)
        _take_back(session)

    async def guarded_asave(must_create: bool = False) -> None:
        await asave(must_create=must_create)
        await sync_to_async(_take_back)(session)

    session.save, session.asave = guarded_save, guarded_asave
    if isinstance(session, cached_db.SessionStore):
        _guard_cache(session)


def look_after(session: Any) -> None:
    """Take a session out of the cache again that this request has put there."""
    if session.__dict__.pop(_CACHED, False):
        _take_back(session)


def is_cached_anew(session: Any) -> bool:
    """Tell whether `look_after` has anything to do."""
    return bool(session.__dict__.get(_CACHED))


def _guard_cache(session: Any) -> None:
    """Note when the session comes from the database, and goes to the cache by that."""
    read, aread = session._get_session_from_db, session._aget_session_from_db

    def noting_read() -> Any:
        session.__dict__[_CACHED] = True
        return read()

    async def noting_aread() -> Any:
        session.__dict__[_CACHED] = True
        return await aread()

    session._get_session_from_db = noting_read
    session._aget_session_from_db = noting_aread


def _take_back(session: Any) -> None:
    if has_ended(session):
        session.delete()
