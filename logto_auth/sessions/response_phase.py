"""What is still to be saved when a view has returned; nearly always nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from .record import RECORD_KEY, SessionRecord

STORAGE_ATTRIBUTE = "_logto_storage"


def pending_work(request: HttpRequest) -> Iterator[Callable[[], None]]:
    """Yield functions that write to the database, without touching the session.

    The SDK storage of a site's own view is saved here, and the row of a session whose
    key was cycled (after a password change, say) follows it.
    """
    storage = request.__dict__.get(STORAGE_ATTRIBUTE)
    if storage is not None and storage.is_changed:
        yield storage.write
    session = getattr(request, "session", None)
    if session is not None and session.modified:
        # A modified session is loaded: reading it costs nothing here.
        record = SessionRecord.load(session.get(RECORD_KEY))
        if record is not None and record.has_moved(session):
            yield partial(_follow, session, record)


def _follow(session: SessionBase, record: SessionRecord) -> None:
    from .tokens import follow_session_key

    follow_session_key(session, record)
