"""A visitor who closes the tab during the callback, as a server tells Django of it."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import get_user_model
from django.core.asgi import get_asgi_application
from django.core.cache import cache
from django.db.backends.signals import connection_created

from logto_auth.engine.provider import forget_providers
from logto_auth.models import LogtoAccount, LogtoSession, UsedAttempt
from logto_auth.sessions.tokens import open_tokens
from logto_auth.signals import signed_in
from logto_auth.testing import Fault
from tests.waiting import ENOUGH_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN, USERINFO = "/oidc/token", "/oidc/me"
DISCOVERY, REVOCATION = "/openid-configuration", "/oidc/token/revocation"


async def connected(client, url, method="GET", headers=(), **more):
    """Send a request as a server does; return the connection, still open."""
    path, _, query = url.partition("?")
    cookies = "; ".join(f"{name}={m.value}" for name, m in client.cookies.items())
    connection = ApplicationCommunicator(
        get_asgi_application(),
        {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [
                (b"host", b"testserver"),
                (b"cookie", cookies.encode()),
                *headers,
            ],
            "server": ("testserver", 80),
        },
    )
    await connection.send_input({"type": "http.request", **more})
    return connection


async def disconnect(connection, meanwhile=lambda: None):
    """Close it; Django then gives up what it has begun."""
    await connection.send_input({"type": "http.disconnect"})
    await asyncio.sleep(0.05)
    meanwhile()
    await until(connection.future.done)
    connection.stop(exceptions=False)


@pytest.fixture
def opened():
    """The connections to the database that were opened since it was last cleared."""
    seen = []

    def note(connection, **kwargs):
        seen.append(connection)

    connection_created.connect(note)
    yield seen
    connection_created.disconnect(note)


async def assert_whole(journey, *, finished):
    """Expect all of a sign-in or nothing, and that coming again is no trouble."""
    models = (get_user_model(), LogtoAccount, LogtoSession)
    counts = [await model.objects.acount() for model in models]
    assert counts == [int(finished)] * 3
    state = (await journey.client.get("/logto/user/")).json()
    assert state == {"isAuthenticated": False}
    assert (await journey.sign_in(next="/aprotected/"))["Location"] == "/aprotected/"
    assert (await journey.client.get("/aprotected/")).json()["user"] == "alice"
    assert await get_user_model().objects.acount() == 1
    assert await LogtoAccount.objects.acount() == 1


@pytest.mark.catalogue(119)
@pytest.mark.parametrize("reading", [True, False], ids=["while it is read", "then"])
async def test_who_goes_as_soon_as_the_request_came_leaves_the_attempt_open(
    journey_async, reading
):
    callback = await journey_async.callback_url(next="/aprotected/")
    journey_async.logto.forget_calls()
    connection = await connected(journey_async.client, callback, more_body=reading)
    await disconnect(connection)
    assert journey_async.logto.calls == []
    assert not await UsedAttempt.objects.aexists()
    again = await journey_async.client.get(callback)
    assert again["Location"] == "/aprotected/"
    assert journey_async.logto.count(TOKEN) == 1
    assert await LogtoSession.objects.acount() == 1


@pytest.mark.catalogue(38, 119)
@pytest.mark.parametrize("path", [TOKEN, USERINFO])
async def test_who_goes_while_logto_is_asked_leaves_a_whole_sign_in(
    journey_async, opened, held, path
):
    logto = journey_async.logto
    callback = await journey_async.callback_url()
    assert not await LogtoSession.objects.aexists()
    opened.clear()
    logto.forget_calls()
    held.hold(path)
    connection = await connected(journey_async.client, callback)
    await until(lambda: logto.count(path))
    await disconnect(connection)
    assert not await LogtoSession.objects.aexists()
    held.goes_on.set()
    await until(LogtoSession.objects.aexists)
    # Django has closed its own before: what was opened since is closed as well.
    assert len(opened) > 1
    await until(lambda: all(found.connection is None for found in opened))
    again = await journey_async.client.get(callback)
    assert again["Location"].startswith(logto.endpoint)  # to start over
    assert (logto.count(TOKEN), logto.count(USERINFO)) == (1, 1)
    await assert_whole(journey_async, finished=True)


@pytest.mark.catalogue(119)
@pytest.mark.parametrize("path", [TOKEN, USERINFO])
async def test_who_goes_while_logto_fails_leaves_nothing(journey_async, caplog, path):
    logto = journey_async.logto
    callback = await journey_async.callback_url()
    logto.forget_calls()
    logto.faults.put(path, Fault(hang=True))
    connection = await connected(journey_async.client, callback)
    await until(lambda: logto.count(path))
    await disconnect(connection)
    logto.faults.put(path, Fault(status=500))  # and lets go what hangs
    await until(lambda: "abandoned_work_failed" in caplog.text)
    assert "never retrieved" not in caplog.text
    logto.faults.clear()
    again = await journey_async.client.get(callback)
    assert again["Location"].startswith(logto.endpoint)
    assert logto.count(TOKEN) == 1
    await assert_whole(journey_async, finished=False)


@pytest.mark.catalogue(119)
@pytest.mark.parametrize("path", [DISCOVERY, REVOCATION])
async def test_who_goes_while_logto_hears_of_a_sign_out_leaves_no_grant_alive(
    journey_async, path
):
    logto = journey_async.logto
    await journey_async.sign_in()
    tokens = open_tokens(await LogtoSession.objects.aget())
    forget_providers()
    await sync_to_async(cache.clear)()
    logto.forget_calls()
    logto.faults.put(path, Fault(delay=0.5))
    await journey_async.client.get("/logto/sign-out/")
    token = journey_async.client.cookies["csrftoken"].value.encode()
    connection = await connected(
        journey_async.client,
        "/logto/sign-out/",
        method="POST",
        headers=[(b"x-csrftoken", token)],
    )
    await until(lambda: logto.count(path))
    await disconnect(connection)
    assert not await LogtoSession.objects.aexists()
    await until(lambda: not logto.is_alive(tokens["refreshToken"]))
    assert logto.count(REVOCATION) == 1


@pytest.mark.catalogue(119)
@pytest.mark.parametrize("hook", ["may_sign_in", "update_user", "after_sign_in"])
async def test_who_goes_while_the_sign_in_is_completed_leaves_a_whole_one(
    journey_async, hooks, hook
):
    reached, goes_on, done = (threading.Event() for _ in range(3))

    def wait(self, *args, **kwargs):
        reached.set()
        assert goes_on.wait(ENOUGH_SECONDS)
        return True if hook == "may_sign_in" else None

    def end(**kwargs):
        done.set()

    hooks(**{hook: wait})
    callback = await journey_async.callback_url()
    journey_async.logto.forget_calls()
    signed_in.connect(end)
    try:
        connection = await connected(journey_async.client, callback)
        await until(reached.is_set)
        await disconnect(connection, meanwhile=goes_on.set)
        await until(done.is_set)
    finally:
        goes_on.set()
        signed_in.disconnect(end)
    hooks()
    again = await journey_async.client.get(callback)
    assert again["Location"].startswith(journey_async.logto.endpoint)
    assert journey_async.logto.count(TOKEN) == 1
    await assert_whole(journey_async, finished=True)
