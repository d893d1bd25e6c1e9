"""While a callback waits for Logto or for the site, the loop serves others."""

import asyncio
import contextlib
import threading
import time

import pytest

from tests.waiting import ENOUGH_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "/oidc/token"


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
        held.hold(TOKEN)
        await until(lambda: logto.calls)
        assert not reached.is_set()
        held.goes_on.set()
        await until(reached.is_set)
        hook_goes_on.set()

    async with Busiest().measuring() as busiest:
        letting_go = asyncio.create_task(let_go())
        response = await journey_async.client.get(callback)
        await letting_go
    assert response.status_code == 302
    assert busiest.seconds < 0.05
