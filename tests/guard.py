"""Watches every test: nothing that is secret shows where people or programs read.

What is read: the log of every logger at DEBUG, what answers and error pages say, what
sessions hold, and the reports that Django would mail. What is secret: everything that
`Simulator.secrets` knows, and whatever has the form of a signed token.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import threading
from dataclasses import dataclass

import pytest
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db import connections
from django.views.debug import ExceptionReporter

# A word is read once: a megabyte of beginnings must not take an hour.
# Its signature may have been cut off.
SIGNED_TOKEN = re.compile(r"(?<![\w-])(?>[\w-]*?eyJ)[\w-]{8,}+\.eyJ[\w-]{8,}")
# Shorter ones are the made-up values of tests, which are words of any text.
SHORTEST = 11
# So much of a long secret is as good as all of it: what is logged may be cut.
TELLING = 24
# What has to be in an address, by what else that address has.
TRAVELLING = {
    "/oidc/auth?": {"nonce", "state"},
    "/session/end?": {"state"},
    "logto_return=1": {"code", "state"},
}
IN_ADDRESS = re.compile(r"state=([\w-]+)")
# With more secrets than this, only whole words are compared: thousands of sign-ins.
FEW = 200
WORD = re.compile(r"[\w-]+")
# By the simulator's visitor and the site alike; theirs are told apart by the deadline.
CLIENT_LOGGERS = ("httpx2", "httpcore2")


@dataclass(frozen=True)
class Sighting:
    """Something that was said, and what must not be in it beside tokens."""

    place: str
    text: str
    may_hold: frozenset[str] = frozenset()


class Guard(logging.Handler):
    """What was said during one test."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.sightings: list[Sighting] = []
        self.e_mails: set[str] = set()
        self.secrets: dict[str, str] = {}

    def see(self, place: str, text: str, may_hold: frozenset[str] = frozenset()):
        """Note what was said; what is secret of it may be known only later."""
        self.sightings.append(Sighting(place, text, may_hold))

    def emit(self, record: logging.LogRecord) -> None:
        """Note a record of the log, its fields included."""
        if record.name.startswith(CLIENT_LOGGERS) and not _asks_logto():
            return
        fields = {k: v for k, v in vars(record).items() if k not in ("msg", "args")}
        text = logging.Formatter().format(record)
        self.see(f"log of {record.name}", f"{text} {fields}")

    def see_answer(self, request, response) -> None:
        """Note what the site answered and what it keeps in the session."""
        text = "" if response.streaming else response.content.decode(errors="replace")
        said = f"{text} {response.get('Location', '')}"
        may_hold = frozenset(
            name
            for address, names in TRAVELLING.items()
            if address in said
            for name in names
        )
        self.learn(said, response.cookies)
        place = f"{request.method} {request.path} ({response.status_code})"
        self.see(f"headers of {place}", str(response.items()), may_hold)
        self.see(f"cookies of {place}", response.cookies.output())
        self.see(f"body of {place}", text, may_hold)
        kept = getattr(getattr(request, "session", None), "_session_cache", None)
        if kept:
            self.see(f"session after {place}", json.dumps(kept, default=str))

    def learn(self, said: str, cookies) -> None:
        """Note the secrets of a sign-in that starts; Logto may never hear of them."""
        from logto_auth.errors import LogtoError
        from logto_auth.sessions.attempts import open_attempt

        for state in IN_ADDRESS.findall(said):
            sealed = {name: morsel.value for name, morsel in cookies.items()}
            with contextlib.suppress(LogtoError):
                attempt = open_attempt(sealed, state)
                self.secrets[attempt.nonce] = "nonce"
                self.secrets[attempt.code_verifier] = "code_verifier"

    def see_exception(self, sender, request=None, **kwargs) -> None:
        """Note what Django would mail to the administrators."""
        if request is None:
            return
        reporter = ExceptionReporter(request, *sys.exc_info(), is_email=True)
        self.see("mailed report", reporter.get_traceback_text())
        self.see("mailed page", reporter.get_traceback_html())
        if threading.current_thread().name.startswith("asyncio"):
            # Where Django reports from an event loop; nobody else closes what that has
            # opened to show who was signed in.
            connections.close_all()

    def leaks(self, secrets: dict[str, str]) -> list[str]:
        """Return the places that hold one of ``secrets``, and forget what was seen."""
        seen, self.sightings = self.sightings, []
        long = {
            text: name
            for text, name in {**self.secrets, **secrets}.items()
            if len(text) >= SHORTEST
        }
        return [
            f"{what} in the {sighting.place}: …{before[-160:]}"
            for sighting in seen
            for what, before in self._in(sighting, long)
        ]

    def _in(self, sighting: Sighting, secrets: dict[str, str]):
        if found := SIGNED_TOKEN.search(sighting.text):
            yield "a signed token", sighting.text[: found.start()]
        looked_for = secrets.keys()
        if len(secrets) > FEW:
            looked_for &= set(WORD.findall(sighting.text))
        for text in looked_for:
            if secrets[text] in sighting.may_hold:
                continue
            if (at := sighting.text.find(text[:TELLING])) >= 0:
                yield secrets[text], sighting.text[:at]
        # At DEBUG Django logs statements with what they write, and whole contexts.
        if sighting.place.startswith("log") and not sighting.place.startswith(
            ("log of django.db", "log of django.template")
        ):
            for address in self.e_mails:
                if address in sighting.text:
                    yield "an e-mail address", sighting.text.partition(address)[0]


def _asks_logto() -> bool:
    from logto_auth.engine.deadline import remaining
    from logto_auth.errors import ProviderTimeout

    try:
        return remaining() is not None
    except ProviderTimeout:
        return True


_guards: list[Guard] = []


def _watch_answers() -> None:
    """Let every answer of Django, whoever asked for it, be seen by the guard."""
    get_response = BaseHandler.get_response
    get_response_async = BaseHandler.get_response_async

    def watched(self, request):
        response = get_response(self, request)
        for guard in _guards:
            guard.see_answer(request, response)
        return response

    async def watched_async(self, request):
        response = await get_response_async(self, request)
        for guard in _guards:
            guard.see_answer(request, response)
        return response

    BaseHandler.get_response = watched
    BaseHandler.get_response_async = watched_async


_watch_answers()


@pytest.fixture(autouse=True)
def guard(request, caplog):
    """What this test says; a leak fails it."""
    simulator = None
    if "logto_simulator" in request.fixturenames:
        simulator = request.getfixturevalue("logto_simulator")
    guard, root = Guard(), logging.getLogger()
    # Django's own settings keep both at INFO; the second hands on nothing.
    django, server = logging.getLogger("django"), logging.getLogger("django.server")
    levels = {logger: logger.level for logger in (root, django, server)}
    reported = request.config.pluginmanager.get_plugin("logging-plugin").report_handler
    # Everything is said for the guard; caplog and reports are as if it were not.
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for logger in (root, server):
        logger.addHandler(guard)
    for handler in (caplog.handler, reported):
        handler.setLevel(logging.WARNING)
    got_request_exception.connect(guard.see_exception)
    _guards.append(guard)
    yield guard
    _guards.remove(guard)
    got_request_exception.disconnect(guard.see_exception)
    for logger in (root, server):
        logger.removeHandler(guard)
    for logger, level in levels.items():
        logger.setLevel(level)
    for handler in (caplog.handler, reported):
        handler.setLevel(logging.NOTSET)
    secrets = {}
    if simulator is not None:
        secrets = simulator.secrets
        guard.e_mails |= {person.email for person in simulator.people.values()} - {None}
    leaks = guard.leaks(secrets)
    assert not leaks, "\n".join(leaks)
