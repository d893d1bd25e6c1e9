"""Tabs of one browser that want to sign in at the same moment take turns.

Logto remembers one sign-in per browser and application, so that of five tabs which a
browser restores at once only the last one's would ever end. Here one goes to Logto, and
the others wait on a page that opens by itself once the visitor is signed in.

A tab takes a turn (a cookie of its own), comes back to the same address, and only then
looks for others: of two tabs at least one sees the other, so never do two go at once.
Tabs that see each other look again a second later, when the earliest goes. Whoever has
just clicked, or asks for something in particular, goes without waiting; addresses that
were typed, bookmarked or restored wait. Without fetch metadata, as in scripts and test
clients, nothing is different.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from .loop import count_round, page_digest
from .navigation import Navigation, is_clicked, navigation_of, tells_who_asks
from .next_url import after_sign_in
from .origin import SIGN_IN, absolute_uri, is_elsewhere
from .pages import page, protect
from .templates import WAITING_TEMPLATE

MARKER = "logto_turn"
COOKIE_PREFIX = "logto_turn_"
# Seconds until each further look of a tab that waits; then there is only the button.
WAITS = (1, 2, 4, 8, 15, 30, *[60] * 9)
# How long a newcomer heeds what other tabs do. Restored tabs load one after the other.
RECENT_SECONDS = 30
# Looks after which a tab no longer waits for an earlier one that waits as well, and was
# perhaps closed; one look more for each further, or two would go at once.
PATIENCE = 2
MAX_TURNS = 16


class State(StrEnum):
    """Where the tab of a turn is: here, at Logto, or here again."""

    WAITING = "w"
    GONE = "g"
    BACK = "b"


# Seconds that the browser keeps a turn: as long as another tab may want to know.
KEPT_SECONDS = {
    State.WAITING: 2 * max(WAITS),
    State.GONE: sum(WAITS) + max(WAITS),
    State.BACK: 5,
}
# Seconds that it counts: who waits keeps the place, and each look renews the cookie.
COUNTED_SECONDS = {**KEPT_SECONDS, State.WAITING: KEPT_SECONDS[State.GONE]}

_NAME = re.compile(rf"{COOKIE_PREFIX}(?P<id>[0-9a-f]{{8}})")
_VALUE = re.compile(
    rf"(?P<state>[{''.join(State)}])(?P<since>[0-9]{{13}})(?P<page>[0-9a-f]{{12}})"
)
_MARKER = re.compile(r"(?P<id>[0-9a-f]{8})\.(?P<looks>[0-9]{1,2})")


@dataclass(frozen=True, order=True)
class Turn:
    """One tab's turn; the earlier is the smaller.

    Args:
        since: When it came to its state, in milliseconds since the epoch.
        page: Stands for the page that the tab wants to open.
    """

    since: int
    id: str
    page: str
    state: State = State.WAITING

    @property
    def age(self) -> float:
        """Seconds in its state."""
        return (_now() - self.since) / 1000

    def store(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Give the browser the turn's cookie."""
        response.set_cookie(
            COOKIE_PREFIX + self.id,
            f"{self.state}{self.since}{self.page}",
            max_age=KEPT_SECONDS[self.state],
            secure=absolute_uri(request, SIGN_IN).startswith("https:"),
            httponly=True,
            samesite="Lax",
        )

    def delete(self, response: HttpResponseBase) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE_PREFIX + self.id, samesite="Lax")


@dataclass
class Turns:
    """What one request knows of its own tab and of the others.

    Args:
        looks: How often this tab has looked before; None before it took its turn.
        hurries: It goes whatever the others do.
    """

    own: Turn
    others: list[Turn]
    looks: int | None = None
    hurries: bool = False

    @classmethod
    def of(
        cls, request: HttpRequest, next_url: str, options: Mapping[str, str]
    ) -> Self | None:
        """Return the turns of a request, None where none are taken."""
        turns = {turn.id: turn for turn in _stored(request.COOKIES)}
        if (
            request.method != "GET"
            or not tells_who_asks(request)
            or navigation_of(request) is not Navigation.PAGE
            or is_elsewhere(request)
            or len(turns) > MAX_TURNS
        ):
            return None
        marker = _MARKER.fullmatch(request.GET.get(MARKER, ""))
        if marker is not None and (own := turns.pop(marker["id"], None)) is not None:
            return cls(own, list(turns.values()), int(marker["looks"]))
        new = Turn(_now(), secrets.token_hex(4), page_digest(next_url))
        # Whose cookie is missing right away keeps none: waiting is no use.
        is_forgetful = marker is not None and int(marker["looks"]) == 0
        hurries = bool(options) or is_clicked(request) or is_forgetful
        return cls(new, list(turns.values()), hurries=hurries)

    def answer(self, request: HttpRequest, next_url: str) -> HttpResponseBase | None:
        """Return what a tab is told that may not go to Logto now.

        Raises:
            SignInLoop: Its page refuses the visitor, who is signed in.
        """
        if self.hurries:
            return None
        if self.looks is None:
            response: HttpResponse = HttpResponseRedirect(self._address(request, 0))
            self.own.store(request, response)
            return protect(response)
        if self.looks and request.user.is_authenticated:
            started_at = self.own.since // 1000
            count_round(request.session, next_url=next_url, started_at=started_at)
            response = HttpResponseRedirect(after_sign_in(request, next_url))
            self.own.delete(response)
            return protect(response)
        if self._may_go(self.looks):
            return None
        return self._waiting_page(request, self.looks)

    def go(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Note in the browser that this tab goes to Logto, and forget older ones."""
        if not isinstance(response, HttpResponseRedirect):
            self.own.delete(response)
            return
        replace(self.own, since=_now(), state=State.GONE).store(request, response)
        for turn in self.others:
            if turn.state is State.GONE and not self._heeds(turn):
                turn.delete(response)

    def _may_go(self, looks: int) -> bool:
        if looks == 0:
            return not any(self._heeds(turn) for turn in self.others)
        waiting = [turn for turn in self.others if turn.state is State.WAITING]
        # Of one that is just back the browser may have this cookie, but not yet the
        # session's: who is signed in is known at the next look.
        if any(self._is_recent(turn) for turn in self.others if turn not in waiting):
            return False
        earlier = sum(turn < self.own for turn in waiting)
        return not earlier or looks >= PATIENCE + earlier

    def _heeds(self, turn: Turn) -> bool:
        """Tell whether a newcomer waits for another tab.

        The same page again is the same person in the same tab: they have come back
        from Logto, or pressed twice.
        """
        is_same = turn.page == self.own.page and turn.state is not State.WAITING
        return self._is_recent(turn) and not is_same

    def _is_recent(self, turn: Turn) -> bool:
        """Tell whether another tab did something since shortly before this one came."""
        return self.own.since - turn.since < RECENT_SECONDS * 1000

    def _waiting_page(self, request: HttpRequest, looks: int) -> HttpResponse:
        looks_again = looks < len(WAITS)
        context = {"url": self._address(request, None), "looks_again": looks_again}
        response = page(request, WAITING_TEMPLATE, context)
        if looks_again:
            later = self._address(request, looks + 1)
            response.headers["Refresh"] = f"{WAITS[looks]}; url={later}"
            self.own.store(request, response)
        return response

    def _address(self, request: HttpRequest, looks: int | None) -> str:
        """Return the address of this request, as it is after so many looks."""
        query = request.GET.copy()
        query.pop(MARKER, None)
        if looks is not None:
            query[MARKER] = f"{self.own.id}.{looks}"
        return f"{escape_uri_path(request.path)}?{query.urlencode()}"


def let_others_go(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note in the browser that a tab is back from Logto.

    Who comes in this moment does not know yet whether somebody is signed in, and looks
    again.
    """
    for turn in _stored(request.COOKIES)[:MAX_TURNS]:
        if turn.state is State.GONE:
            replace(turn, since=_now(), state=State.BACK).store(request, response)


def _stored(cookies: Mapping[str, str]) -> list[Turn]:
    """Return the turns in a browser's cookies that still count."""
    found = []
    for name, value in cookies.items():
        if (cookie := _NAME.fullmatch(name)) and (told := _VALUE.fullmatch(value)):
            state, since = State(told["state"]), int(told["since"])
            turn = Turn(since, cookie["id"], told["page"], state)
            # Another host of the same domain may have set it, or a clock was wrong.
            if -1 < turn.age < COUNTED_SECONDS[state]:
                found.append(turn)
    return found


def _now() -> int:
    return int(time.time() * 1000)
