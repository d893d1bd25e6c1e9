"""Striking an endpoint, and what holds whatever is struck."""

import contextlib
import time

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache

from logto_auth.engine import document
from logto_auth.engine.provider import forget_providers
from tests.outcomes import session_kept
from tests.unit.transport.local_server import Server

TIMEOUT = 0.75
# What is not slow ends long before the default of 5 s.
AT_MOST = 4.5


@pytest.fixture
def elsewhere():
    """The address of another host, which nobody may ask for anything."""
    with Server() as server:
        yield server.url
        assert server.connections == []


@pytest.fixture
def strike(logto, settings, elsewhere):
    """Let an endpoint fail: ``strike(TOKEN, kind)``."""

    def strike(path, kind, **more):
        if kind.is_slow:
            settings.LOGTO = {**settings.LOGTO, "TIMEOUT": TIMEOUT}
        logto.faults.put(path, kind.fault(elsewhere, **more))

    return strike


@pytest.fixture
def cold():
    """Call it to be a process that has just started, with an empty cache."""

    def forget():
        forget_providers()
        cache.clear()

    return forget


@pytest.fixture
def stale(monkeypatch):
    """Call it to make what was fetched too old, but not too old to be served."""
    return lambda: monkeypatch.setattr(document, "FRESH_SECONDS", -1)


@pytest.fixture
def asked(logto):
    """Count the requests to an endpoint: ``asked(TOKEN)``."""
    return logto.count


@pytest.fixture
def told(refused):
    """Check that page and log say what failed: ``told(response, kind, TOKEN)``."""

    def check(response, kind, path):
        error = refused(response, kind.code_at(path))
        assert error.reason.endswith(kind.reason)
        assert str(error.title) in response.text
        assert response.status_code == kind.status

    return check


@contextlib.contextmanager
def ends_in_time():
    started = time.monotonic()
    yield
    assert time.monotonic() - started < AT_MOST


@pytest.fixture
def in_time():
    """Let a test say ``with in_time(): ...`` of what a visitor waits for."""
    return ends_in_time


def _rows():
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.models import Session

    from logto_auth.models import LogtoAccount, LogtoSession

    models = (get_user_model(), LogtoAccount, LogtoSession, Session)
    return [set(model.objects.values_list("pk", flat=True)) for model in models]


@contextlib.contextmanager
def nothing_happens_to(client):
    with session_kept(client):
        before = _rows()
        yield
        assert _rows() == before
    assert client.get("/protected/").json()["user"] == "alice"


@pytest.fixture
def alice_stays():
    """Check that what is done inside makes nobody and leaves alice signed in."""
    return nothing_happens_to


@contextlib.asynccontextmanager
async def anothing_happens_to(client):
    before = await sync_to_async(_rows)()
    yield
    assert await sync_to_async(_rows)() == before
    assert (await client.get("/aprotected/")).json()["user"] == "alice"


@pytest.fixture
def aalice_stays():
    """The same on an event loop."""
    return anothing_happens_to


@pytest.fixture
def returning(journey):
    """Return the callback of ada in the browser where alice is signed in."""

    def begin():
        journey.sign_in("alice")
        url = journey.callback_url("ada", prompt="login")
        journey.logto.forget_calls()
        return url

    return begin


@pytest.fixture
def areturning(journey_async):
    """The same on an event loop."""

    async def begin():
        await journey_async.sign_in("alice")
        url = await journey_async.callback_url("ada", prompt="login")
        journey_async.logto.forget_calls()
        return url

    return begin
