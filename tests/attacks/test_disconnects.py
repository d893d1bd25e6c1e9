"""A visitor who closes the tab during the callback, as a server tells Django of it."""

import asyncio
import contextlib
import inspect
import threading
import time

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import get_user_model
from django.core.asgi import get_asgi_application
from django.db.backends.signals import connection_created

from logto_auth.models import LogtoAccount, LogtoSession, UsedAttempt
from logto_auth.signals import signed_in
from logto_auth.testing import Fault

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN, USERINFO = "/oidc/token", "/oidc/me"
ENOUGH_SECONDS = 10


async def until(condition):
    """Wait until something is so."""
    for _ in range(100 * ENOUGH_SECONDS):
        found = condition()
        if await found if inspect.isawaitable(found) else found:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was")


async def connected(client, url, **more):
    """Send a request as a server does; return the connection, still open."""
    path, _, query = url.partition("?")
    cookies = "; ".join(f"{name}={m.value}" for name, m in client.cookies.items())
    connection = ApplicationCommunicator(
        get_asgi_application(),
        {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"host", b"testserver"), (b"cookie", cookies.encode())],
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
def held(logto, settings):
    """Hold the next right answer of an endpoint back until the event is set."""
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": ENOUGH_SECONDS}
    goes_on = threading.Event()

    def hold(path):
        def forge(document):
            assert goes_on.wait(ENOUGH_SECONDS)
            return document

        name = {TOKEN: "forge_token_response", USERINFO: "forge_userinfo"}[path]
        setattr(logto, name, forge)
        return goes_on

    yield hold
    goes_on.set()


@pytest.fixture
def opened():
    """The connections to the database that were opened since it was last cleared."""
    seen = []

    def note(connection, **kwargs):
        seen.append(connection)

    connection_created.connect(note)
    yield seen
    connection_created.disconnect(note)


def asked(logto, path):
    return [call.path for call in logto.calls].count(path)


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
async def test_who_goes_before_the_request_is_read_leaves_the_attempt_open(
    journey_async,
):
    callback = await journey_async.callback_url(next="/aprotected/")
    journey_async.logto.forget_calls()
    await disconnect(await connected(journey_async.client, callback, more_body=True))
    assert journey_async.logto.calls == []
    assert not await UsedAttempt.objects.aexists()
    again = await journey_async.client.get(callback)
    assert again["Location"] == "/aprotected/"
    assert asked(journey_async.logto, TOKEN) == 1
    assert await LogtoSession.objects.acount() == 1


@pytest.mark.catalogue(119)
async def test_who_goes_when_the_request_was_read_leaves_all_or_nothing(journey_async):
    callback = await journey_async.callback_url()
    journey_async.logto.forget_calls()
    before = asyncio.all_tasks()
    await disconnect(await connected(journey_async.client, callback))
    # Whatever had begun has ended.
    await until(lambda: asyncio.all_tasks() <= before)
    print("STATE", await UsedAttempt.objects.acount(), await LogtoSession.objects.acount())
    again = await journey_async.client.get(callback)
    assert again.status_code == 302
    assert asked(journey_async.logto, TOKEN) == 1
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
    goes_on = held(path)
    connection = await connected(journey_async.client, callback)
    await until(lambda: asked(logto, path))
    await disconnect(connection)
    assert not await LogtoSession.objects.aexists()
    goes_on.set()
    await until(LogtoSession.objects.aexists)
    # Django has closed its own before: what was opened since is closed as well.
    assert len(opened) > 1
    await until(lambda: all(found.connection is None for found in opened))
    again = await journey_async.client.get(callback)
    assert again["Location"].startswith(logto.endpoint)  # to start over
    assert (asked(logto, TOKEN), asked(logto, USERINFO)) == (1, 1)
    await assert_whole(journey_async, finished=True)


@pytest.mark.catalogue(119)
@pytest.mark.parametrize("path", [TOKEN, USERINFO])
async def test_who_goes_while_logto_fails_leaves_nothing(journey_async, caplog, path):
    logto = journey_async.logto
    callback = await journey_async.callback_url()
    logto.forget_calls()
    logto.faults.put(path, Fault(hang=True))
    connection = await connected(journey_async.client, callback)
    await until(lambda: asked(logto, path))
    await disconnect(connection)
    logto.faults.put(path, Fault(status=500))  # and lets go what hangs
    await until(lambda: "abandoned_work_failed" in caplog.text)
    assert "never retrieved" not in caplog.text
    logto.faults.clear()
    again = await journey_async.client.get(callback)
    assert again["Location"].startswith(logto.endpoint)
    assert asked(logto, TOKEN) == 1
    await assert_whole(journey_async, finished=False)


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
    assert asked(journey_async.logto, TOKEN) == 1
    await assert_whole(journey_async, finished=True)


class Busiest:
    """How long the loop's own thread worked at one thing, in processor time."""

    seconds = 0.0

    async def beat(self):
        worked = time.thread_time()
        while True:
            await asyncio.sleep(0.002)
            work = time.thread_time()
            self.seconds = max(self.seconds, work - worked)
            worked = work

    @contextlib.asynccontextmanager
    async def measuring(self):
        task = asyncio.create_task(self.beat())
        await asyncio.sleep(0)
        try:
            yield self
        finally:
            await asyncio.sleep(0.01)
            task.cancel()


@pytest.mark.catalogue(119)
async def test_a_callback_never_holds_up_the_loop(journey_async, hooks, held):
    """Whatever waits for Logto or for the site's hooks, the loop is what lets it go on.

    A busy machine makes everything late, so nothing is measured but the processor time
    of the loop's own thread.
    """
    await journey_async.sign_in()  # modules, keys and connections are there
    await journey_async.client.alogout()
    logto = journey_async.logto
    reached, hook_goes_on = threading.Event(), threading.Event()

    def wait(self, *args, **kwargs):
        reached.set()
        assert hook_goes_on.wait(ENOUGH_SECONDS)

    hooks(after_sign_in=wait)
    callback = await journey_async.callback_url(prompt="login")
    logto.forget_calls()

    async def let_go():
        goes_on = held(TOKEN)
        await until(lambda: asked(logto, TOKEN))
        assert not reached.is_set()
        goes_on.set()
        await until(reached.is_set)
        hook_goes_on.set()

    async with Busiest().measuring() as busiest:
        letting_go = asyncio.create_task(let_go())
        response = await journey_async.client.get(callback)
        await letting_go
    assert response.status_code == 302
    assert busiest.seconds < 0.05
