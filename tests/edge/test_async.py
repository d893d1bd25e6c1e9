"""On an event loop: the same views as coroutines, without a thread for Logto."""

import asyncio
import time

import pytest
from asgiref.sync import iscoroutinefunction
from django.contrib.auth import get_user_model
from django.urls import resolve

from logto_auth.models import LogtoSession
from logto_auth.shortcuts import asign_in_redirect
from tests.journey import AsyncJourney, query_of

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [
    "sign-in",
    "sign-up",
    "callback",
    "sign-out",
    "signed-out",
    "connect",
    "user",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_view_is_no_coroutine_function_where_no_loop_runs(path):
    assert not iscoroutinefunction(resolve(f"/logto/{path}/").func)


@pytest.mark.parametrize("path", PATHS)
async def test_a_view_is_a_coroutine_function_where_one_runs(path):
    assert iscoroutinefunction(resolve(f"/logto/{path}/").func)


async def test_in_a_thread_beside_the_loop_it_is_none():
    view = resolve("/logto/user/").func
    assert not await asyncio.to_thread(iscoroutinefunction, view)


@pytest.mark.catalogue(117)
async def test_code_and_state_are_taken_off_the_request(journey_async, hooks):
    seen = []

    def after_sign_in(self, user, account, *, is_new, next_url):
        seen.append(f"{self.request.scope}{self.request.META}{self.request.GET}")

    hooks(after_sign_in=after_sign_in)
    url = await journey_async.callback_url()
    await journey_async.client.get(url)
    (told,) = seen
    for name, value in query_of(url).items():
        if name in ("code", "state"):
            assert value not in told


async def test_a_visitor_signs_in_and_out(journey_async):
    response = await journey_async.sign_in(next="/aprotected/")
    assert response["Location"] == "/aprotected/"
    page = (await journey_async.client.get("/aprotected/")).json()
    assert page["user"] == "alice"
    assert page["same"] is True
    assert page["claims"]["sub"] == journey_async.logto.people["alice"].sub
    response = await journey_async.client.post("/logto/sign-out/")
    assert response.status_code == 200
    state = (await journey_async.client.get("/logto/user/")).json()
    assert state == {"isAuthenticated": False}
    assert not await LogtoSession.objects.aexists()


async def test_twenty_visitors_at_once_all_sign_in(logto, async_client_class):
    journeys = [AsyncJourney(logto, async_client_class()) for _ in range(20)]
    urls = [await journey.callback_url("alice") for journey in journeys]
    responses = await asyncio.gather(
        *(j.client.get(url) for j, url in zip(journeys, urls, strict=True))
    )
    assert {response.status_code for response in responses} == {302}
    assert await get_user_model().objects.acount() == 1


async def test_a_callback_makes_two_calls_over_one_connection(journey_async):
    await journey_async.sign_in()
    url = await journey_async.callback_url(prompt="login")
    journey_async.logto.forget_calls()
    await journey_async.client.get(url)
    paths = [call.path for call in journey_async.logto.calls]
    assert paths == ["/oidc/token", "/oidc/me"]
    assert journey_async.logto.connections == 0


async def test_a_logto_that_hangs_is_given_up_at_the_deadline(journey_async, settings):
    from logto_auth.testing import Fault

    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 1}
    url = await journey_async.callback_url()
    journey_async.logto.faults.put("/oidc/token", Fault(hang=True))
    started = time.monotonic()
    response = await journey_async.client.get(url)
    assert response.context["error"].code == "provider_timeout"
    assert time.monotonic() - started < 4


@pytest.mark.catalogue(119)
async def test_a_slow_logto_does_not_hold_up_the_loop(journey_async, settings):
    from logto_auth.engine import sockets
    from logto_auth.testing import Fault

    sockets.drop_blocking_client()
    url = await journey_async.callback_url()
    journey_async.logto.faults.put("/oidc/token", Fault(delay=0.5))
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticker = asyncio.create_task(tick())
    await journey_async.client.get(url)
    ticker.cancel()
    assert ticks > 20
    assert sockets._client is None, "no thread blocks for Logto"


@pytest.mark.catalogue(119)
async def test_a_visitor_who_disconnects_does_not_break_the_exchange(journey_async):
    from logto_auth.testing import Fault

    url = await journey_async.callback_url()
    journey_async.logto.faults.put("/oidc/token", Fault(delay=0.3))
    request = asyncio.create_task(journey_async.client.get(url))
    await asyncio.sleep(0.15)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    for _ in range(100):
        if await LogtoSession.objects.aexists():
            break
        await asyncio.sleep(0.02)
    assert await LogtoSession.objects.acount() == 1
    again = await journey_async.client.get(url)
    assert again["Location"].startswith(journey_async.logto.endpoint)


@pytest.mark.catalogue(119)
async def test_a_failure_after_the_visitor_has_gone_is_logged(journey_async, caplog):
    from logto_auth.testing import Fault

    url = await journey_async.callback_url()
    journey_async.logto.faults.put("/oidc/token", Fault(status=500, delay=0.3))
    request = asyncio.create_task(journey_async.client.get(url))
    await asyncio.sleep(0.15)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await asyncio.sleep(0.5)
    assert "abandoned_work_failed code=provider_response_invalid" in caplog.text
    assert "never retrieved" not in caplog.text


async def test_a_sites_own_async_view_starts_a_sign_in(logto, async_rf):
    response = await asign_in_redirect(async_rf.get("/"), first_screen="register")
    assert query_of(response["Location"])["first_screen"] == "register"


@pytest.mark.catalogue(118)
async def test_atomic_requests_do_not_reach_the_views(journey_async, settings):
    from django.db import connections

    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    try:
        response = await journey_async.sign_in()
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False
    assert response.status_code == 302
