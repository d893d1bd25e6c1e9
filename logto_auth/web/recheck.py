"""Asking Logto from time to time, behind a page, whether a session still holds.

Off unless the site sets ``RECHECK_SECONDS``. The question is a refresh: Logto refuses
it to who was suspended, deleted or signed out of everything, and tells with it what
roles there are now. It costs one call of the token endpoint for each open session in
that time, made while a page of that session waits.
"""

from __future__ import annotations

import time
from dataclasses import replace

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from ..conf import logto_settings
from ..engine.mode import Mode
from ..errors import ProviderError, SignInRequired
from ..log import Event, log
from ..sessions.access_tokens import Wanted
from ..sessions.record import RECORD_KEY, SessionRecord
from .request_tokens import ENDED, obtain_for

#: After a question that Logto did not answer, so long nobody asks again.
PAUSE_SECONDS = 60


async def recheck(request: HttpRequest, mode: Mode) -> None:
    """End the session of this request if Logto says that it is over.

    Whatever else happens, the page is shown. One request asks; those beside it go on.
    """
    interval = logto_settings.RECHECK_SECONDS
    if not interval or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    record = await mode.call(_record, request)
    now = int(time.time())
    if record is None or now < record.checked_at + interval:
        return
    try:
        obtained = await obtain_for(
            mode, request, record, Wanted(), since=now - interval, waits=False
        )
    except SignInRequired as error:
        if error.reason in ENDED:
            return
        await _note(request, mode, now)  # it cannot be asked: there is no token for it
        log(Event.RECHECK_FAILED, code=error.code, reason=error.reason)
    except ProviderError as error:
        await _note(request, mode, now - interval + min(interval, PAUSE_SECONDS))
        log(Event.RECHECK_FAILED, code=error.code, reason=error.reason)
    else:
        if obtained is not None:
            await _note(request, mode, now)


async def _note(request: HttpRequest, mode: Mode, checked_at: int) -> None:
    def note() -> None:
        record = _record(request)
        if record is not None:
            replace(record, checked_at=checked_at).store(request.session)

    await mode.call(note)


def _record(request: HttpRequest) -> SessionRecord | None:
    """Return the record of who is signed in."""
    session = request.session
    record = SessionRecord.load(session.get(RECORD_KEY))
    if record is None or record.user_id != session.get(SESSION_KEY):
        return None
    return record
