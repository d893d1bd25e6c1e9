"""Stops a visitor from going round between a page that refuses them and Logto.

A page that sends everybody it refuses to ``LOGIN_URL`` also sends people who are signed
in; with Logto's session alive they would come back at once, for ever.
"""

from __future__ import annotations

import hashlib
import time

from django.contrib.sessions.backends.base import SessionBase

from ..errors import SignInLoop

LOOP_KEY = "logto_auth:rounds"
MAX_ROUNDS = 3
ROUND_SECONDS = 30
MAX_PAGES = 5  # of several tabs, each of which may be refused


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


def _recent(stored: object, now: int) -> dict[str, tuple[int, int]]:
    """Return what the session says of each page, the newest last."""
    found: dict[str, tuple[int, int]] = {}
    for page, told in stored.items() if isinstance(stored, dict) else ():
        match told:
            case [int(completed_at), int(count)] if now - ROUND_SECONDS <= completed_at:
                found[page] = (completed_at, count)
    return found
