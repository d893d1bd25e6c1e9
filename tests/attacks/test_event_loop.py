"""While a callback waits for Logto or for the site, the loop serves others."""

import asyncio
import contextlib
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache

from logto_auth.engine.provider import forget_providers
from tests.waiting import ENOUGH_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "/oidc/token"
TRIES = 20
HELD_UP_SECONDS = 0.05


class Beats:
    """How long the loop was held up at the longest.

    ``worked`` is the processor time of the loop's own thread, ``waited`` the rest, in
    seconds: of a thread that slept, or of a machine that was busy with something else.
    """

    worked = waited = 0.0

    async def beat(self):
        before = time.thread_time(), time.monotonic()
        while True:
            await asyncio.sleep(0.002)
            now = time.thread_time(), time.monotonic()
            work, wall = (late - early for late, early in zip(now, before, strict=True))
            self.worked = max(self.worked, work)
            self.waited = max(self.waited, wall - work)
            before = now

    @contextlib.asynccontextmanager
    async def measuring(self):
        task = asyncio.create_task(self.beat())
        await asyncio.sleep(0)
        try:
            yield self
        finally:
            await asyncio.sleep(0.01)
            task.cancel()

    @property
    def is_held_up(self):
        return max(self.worked, self.waited) >= HELD_UP_SECONDS


async def test_what_holds_up_the_loop_is_seen():
    async with Beats().measuring() as longest:
        time.sleep(HELD_UP_SECONDS)  # noqa: ASYNC251  # that is what is tried
    assert longest.is_held_up


@pytest.mark.catalogue(119)
@pytest.mark.parametrize("knows", ["logto", "nothing"])
async def test_a_callback_never_holds_up_the_loop(journey_async, hooks, held, knows):
    """Whatever waits for Logto or for the site's hooks, the loop is what lets it go on.

    A busy machine makes everything late, so that it is tried again: what holds the loop
    up by itself does so each time.
    """
    await journey_async.sign_in()  # modules, keys and connections are there
    await journey_async.client.alogout()
    logto = journey_async.logto
    reached, hook_goes_on = threading.Event(), threading.Event()

    def wait(self, *args, **kwargs):
        reached.set()
        assert hook_goes_on.wait(ENOUGH_SECONDS)

    hooks(after_sign_in=wait)

    async def let_go():
        held.hold(TOKEN)
        await until(lambda: logto.count(TOKEN))
        assert not reached.is_set()
        held.goes_on.set()
        await until(reached.is_set)
        hook_goes_on.set()

    for _ in range(TRIES):
        callback = await journey_async.callback_url(prompt="login")
        if knows == "nothing":
            forget_providers()
            await sync_to_async(cache.clear)()
        logto.forget_calls()
        for event in (reached, hook_goes_on, held.goes_on):
            event.clear()
        async with Beats().measuring() as longest:
            letting_go = asyncio.create_task(let_go())
            response = await journey_async.client.get(callback)
            await letting_go
        assert response.status_code == 302
        if not longest.is_held_up:
            return
    pytest.fail(f"held up: {longest.worked:.2f} s and {longest.waited:.2f} s")
