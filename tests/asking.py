"""Visitors whose pages ask for access tokens, at a site with and without a loop."""

import contextlib
import datetime
import hashlib
import json
from base64 import urlsafe_b64decode

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import connections
from django.test import AsyncClient, Client

from tests.journey import Journey

API = "https://api.example.com"
OTHER_API = "https://other.example.com"
ORGANIZATION = "wonderlandor"
TOKEN, USERINFO = "/oidc/token", "/oidc/me"
#: Of the life of a token: it is to be renewed early, it has ended; a refresh token is
#: to be replaced.
SOON, ENDED, ROTATION = 3545, 3605, 10 * 24 * 3600
JSON = {"accept": "application/json"}
SCOPES = [
    "offline_access",
    "profile",
    "roles",
    "urn:logto:scope:organizations",
    "read:books",
]


class LoopClient(AsyncClient):
    """Django's async test client, where the test itself is on no loop."""

    def get(self, *args, **kwargs):
        return async_to_sync(super().get)(*args, **kwargs)

    def post(self, *args, **kwargs):
        return async_to_sync(super().post)(*args, **kwargs)


class Asker(Journey):
    """A visitor; ``prefix`` begins the views of one kind."""

    def __init__(self, logto, client, prefix):
        super().__init__(logto, client)
        self.prefix = prefix

    def beside(self):
        """Return another browser."""
        return Asker(self.logto, type(self.client)(), self.prefix)

    def ask(self, resource="", organization="", headers=None):
        """Return the answer of a page that uses an access token."""
        wanted = {"resource": resource, "organization": organization}
        query = {name: value for name, value in wanted.items() if value}
        return self.client.get(f"/{self.prefix}token/", query, headers=headers)

    def token(self, *wanted):
        """Return a digest of the access token that a page got."""
        answer = self.ask(*wanted)
        assert answer.status_code == 200, answer.content
        return answer.json()["token"]

    def page(self):
        """Return the answer of a page that asks for no token."""
        return self.client.get(f"/{self.prefix}protected/")

    def known(self):
        """Return the claims that the site knows, None for nobody's."""
        return self.client.get("/logto/user/").json().get("claims")

    def clear(self):
        """Let a page forget the access tokens."""
        assert self.client.get(f"/{self.prefix}clear-tokens/").status_code == 200

    def userinfo(self, headers=None):
        """Return the answer of a page that asks for userinfo."""
        return self.client.get(f"/{self.prefix}userinfo/", headers=headers)


@pytest.fixture(params=["sync", "async"])
def asker(request, logto, transactional_db):
    """A visitor of a site of that kind."""
    if request.param == "sync":
        return Asker(logto, Client(), "")
    return Asker(logto, LoopClient(), "a")


@pytest.fixture
def api(logto, settings):
    """An API that the site asks access for, by roles and by organizations."""
    from logto_auth.testing import Resource

    for indicator in (API, OTHER_API):
        logto.resources[indicator] = Resource(
            indicator,
            scopes={"read:books": ["librarian"]},
            organization_scopes={"read:books": ["org-admin"]},
        )
    settings.LOGTO = {
        **settings.LOGTO,
        "RESOURCES": [API, OTHER_API],
        "SCOPES": SCOPES,
    }
    return API


@pytest.fixture
def later():
    """Let it be so many seconds later, for the site and for Logto."""
    with contextlib.ExitStack() as moves:
        moved = [0.0]

        def move(seconds):
            moves.close()
            moved[0] += seconds
            now = datetime.datetime.now(datetime.UTC)
            then = now + datetime.timedelta(seconds=moved[0])
            moves.enter_context(time_machine.travel(then, tick=True))

        yield move


@pytest.fixture
def atomic():
    """Run every sync view in a transaction."""
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    yield
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = False


def row():
    """Return the only session's row."""
    from logto_auth.models import LogtoSession

    return LogtoSession.objects.get()


def stored():
    """Return the tokens of the only session."""
    from logto_auth.sessions.tokens import open_tokens

    return open_tokens(row())


def was_rotated(logto, old):
    """Tell whether the only session has a refresh token that is newer than ``old``."""
    new = stored()["refreshToken"]
    return new != old and new in logto.refresh_tokens


def access_tokens(tokens=None):
    """Return the access tokens of a session by what they are for."""
    kept = json.loads((stored() if tokens is None else tokens)["accessTokenMap"])["x"]
    return {key: entry["token"] for key, entry in kept.items()}


def digest(token):
    """Return what the views tell of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def payload(jwt):
    """Return what a JWT says."""
    part = jwt.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def said(caplog, event):
    """Return the fields of each record of an event."""
    return [
        record.logto
        for record in caplog.records
        if getattr(record, "event", "") == event
    ]


@pytest.fixture
def rotating(asker, later, logto):
    """A visitor whose refresh token Logto will replace."""
    asker.sign_in("alice")
    later(ROTATION)
    logto.forget_calls()
    return asker
