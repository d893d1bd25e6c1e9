"""What is still to be done when a view has returned; nearly always nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from ..log import Event, log
from .guarding import is_cached_anew, look_after
from .record import RECORD_KEY, SessionRecord

STORAGE_ATTRIBUTE = "_logto_storage"
# What the names of this app's cookies begin with.
COOKIES = ("logto_", "__Host-logto_")


def pending_work(request: HttpRequest) -> Iterator[Callable[[], None]]:
    """Yield functions that write to the database.

    The SDK storage of a site's own view is saved here, and the row of a session whose
    key was cycled (after a password change, say) follows it. If the row is gone, the
    session has been ended meanwhile, and that under the new key is too.
    """
    storage = request.__dict__.get(STORAGE_ATTRIBUTE)
    if storage is not None and storage.is_changed:
        yield storage.write
    session = getattr(request, "session", None)
    if session is not None and session.modified:
        yield partial(_follow, session)
    if session is not None and is_cached_anew(session):
        yield partial(look_after, session)


def _follow(session: SessionBase) -> None:
    record = SessionRecord.load(session.get(RECORD_KEY))
    if record is not None and record.has_moved(session):
        from .tokens import follow_session_key

        if not follow_session_key(session, record) and record.user_id:
            session.flush()
            log(Event.SESSION_ENDED, reason="session_ended")


def keep_newer_cookie(request: HttpRequest) -> None:
    """Let no request of one tab end the session that another has just begun.

    Signing in ends a session and begins another. A request that was sent before and is
    answered afterwards names the one that has ended, for which Django would delete the
    cookie: in the browser that is by then the new one's.
    """
    session = getattr(request, "session", None)
    if (
        session is not None
        and not session.modified
        and (session.is_empty() or not session.accessed)
        and any(name.startswith(COOKIES) for name in request.COOKIES)
    ):
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
