"""Stops a visitor from going round between a page that refuses them and Logto.

A page that sends everybody it refuses to ``LOGIN_URL`` also sends people who are signed
in, and those whose browser does not keep the session; with Logto's session alive they
would come back at once, for ever.
"""

from __future__ import annotations

import hashlib
import string
import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..errors import SessionNotKept, SignInLoop

LOOP_KEY = "logto_auth:rounds"
MAX_ROUNDS = 3
# Fewer: browsers give up after twenty redirects, and these rounds are longer.
MAX_ROUNDS_WITHOUT_SESSION = 2
ROUND_SECONDS = 30
MAX_PAGES = 5  # of several tabs, each of which may be refused
# Counts where there is no session to count in.
COOKIE_NAME = "logto_rounds"


def page_digest(next_url: str) -> str:
    """Return a few digits that stand for the page that a sign-in leads to."""
    return hashlib.sha256(next_url.encode("utf-8", "replace")).hexdigest()[:12]


def count_round(session: SessionBase, *, next_url: str, started_at: int) -> None:
    """Note that a visitor who is signed in now is sent to ``next_url``.

    It is another round when it was *started* (seconds since the epoch) after the last
    one was completed; tabs that were opened together are none.

    Raises:
        SignInLoop: The same page has sent the visitor here again and again.
    """
    now = int(time.time())
    pages = _recent(session.get(LOOP_KEY), now)
    page = page_digest(next_url)
    completed_at, rounds = pages.pop(page, (now, -1))
    rounds = rounds + 1 if completed_at <= started_at or rounds < 0 else rounds
    newest = list(pages.items())[1 - MAX_PAGES :]
    session[LOOP_KEY] = dict([*newest, (page, (now, rounds))])
    if rounds >= MAX_ROUNDS:
        del session[LOOP_KEY]
        raise SignInLoop()


def forget_rounds(session: SessionBase) -> None:
    """Begin anew: a page has told the visitor that it is not for them."""
    if LOOP_KEY in session:
        del session[LOOP_KEY]


def _recent(stored: object, now: int) -> dict[str, tuple[int, int]]:
    """Return what the session says of each page, the newest last."""
    found: dict[str, tuple[int, int]] = {}
    for page, told in stored.items() if isinstance(stored, dict) else ():
        match told:
            case [int(completed_at), int(count)] if now - ROUND_SECONDS <= completed_at:
                found[page] = (completed_at, count)
    return found


def check_session_kept(request: HttpRequest, next_url: str) -> None:
    """Refuse a sign-in that completes again and again for a browser without a session.

    Raises:
        SessionNotKept: It did so for the same page a moment ago.
    """
    if _rounds_without_session(request, next_url) >= MAX_ROUNDS_WITHOUT_SESSION:
        raise SessionNotKept()


def count_round_without_session(
    request: HttpRequest, response: HttpResponseBase, next_url: str
) -> None:
    """Note in the browser that a sign-in was completed that found no session."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return
    rounds = _rounds_without_session(request, next_url) + 1
    response.set_cookie(
        COOKIE_NAME,
        f"{rounds}{page_digest(next_url)}",
        max_age=ROUND_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget_rounds_without_session(
    request: HttpRequest, response: HttpResponseBase
) -> None:
    """Begin anew: who signs out has had a session."""
    if COOKIE_NAME in request.COOKIES:
        response.delete_cookie(COOKIE_NAME, samesite="Lax")


def _rounds_without_session(request: HttpRequest, next_url: str) -> int:
    told = request.COOKIES.get(COOKIE_NAME, "")
    is_kept = settings.SESSION_COOKIE_NAME in request.COOKIES
    if is_kept or told[1:] != page_digest(next_url) or told[0] not in string.digits:
        return 0
    return int(told[0])
