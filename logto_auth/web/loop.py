"""Stops a visitor from going round between a page that refuses them and Logto.

A page that sends everybody it refuses to ``LOGIN_URL`` also sends people who are signed
in; with Logto's session alive they would come back at once, for ever.
"""

from __future__ import annotations

import hashlib
import time

from django.contrib.sessions.backends.base import SessionBase

from ..errors import SignInLoop

LOOP_KEY = "logto_auth:round"
MAX_ROUNDS = 3
ROUND_SECONDS = 30


def count_round(session: SessionBase, *, next_url: str, started_at: int) -> None:
    """Note that a sign-in for ``next_url`` was completed.

    It is another round when it was *started* (seconds since the epoch) after the last
    one was completed; tabs that were opened together are none.

    Raises:
        SignInLoop: The same page has sent the visitor here again and again.
    """
    page = hashlib.sha256(next_url.encode("utf-8", "replace")).hexdigest()[:12]
    now = int(time.time())
    rounds = 0
    match session.get(LOOP_KEY):
        case [str(last_page), int(completed_at), int(count)] if (
            last_page == page and now - ROUND_SECONDS <= completed_at <= started_at
        ):
            rounds = count + 1
    session[LOOP_KEY] = [page, now, rounds]
    if rounds >= MAX_ROUNDS:
        del session[LOOP_KEY]
        raise SignInLoop()
