"""A busy Logto is left alone for as long as it asks; a name that hangs holds nobody."""

import asyncio
import socket
import threading
import time

import pytest

from logto_auth.engine import document
from logto_auth.engine.provider import forget_providers
from logto_auth.testing import Fault
from tests.waiting import until

pytestmark = pytest.mark.django_db

START = "/logto/sign-in/"
DISCOVERY, KEYS = "/oidc/.well-known/openid-configuration", "/oidc/jwks"
TOKEN, USERINFO = "/oidc/token", "/oidc/me"
# A busy machine is late; without a setting a visitor would wait five seconds.
CUT_SECONDS = 4.0


def busy(retry_after, status=429):
    return Fault(status=status, headers={"Retry-After": retry_after})


def later(monkeypatch, seconds):
    for clock in ("time", "monotonic"):
        now = getattr(time, clock)
        monkeypatch.setattr(time, clock, lambda now=now: now() + seconds)


@pytest.fixture
def cold():
    """Call it to be a process that has just started, with an empty cache."""
    from django.core.cache import cache

    def forget():
        forget_providers()
        cache.clear()

    return forget


def assert_busy(response, at_most):
    assert response.context["error"].code == "provider_busy"
    assert response.status_code == 502
    assert at_most - 10 < int(response["Retry-After"]) <= at_most


class TestRetryAfter:
    @pytest.mark.parametrize("status", [429, 503])
    def test_with_nothing_cached_visitors_are_told_without_another_call(
        self, logto, client, monkeypatch, status
    ):
        logto.faults.put(DISCOVERY, busy("60", status))
        for _ in range(5):
            assert_busy(client.get(START), 60)
        assert logto.count(DISCOVERY) == 1
        later(monkeypatch, 40)
        assert_busy(client.get(START), 20)
        logto.faults.clear()
        later(monkeypatch, 21)
        assert client.get(START).status_code == 302
        assert logto.count(DISCOVERY) == 2

    async def test_on_an_event_loop_too(self, logto, async_client):
        logto.faults.put(DISCOVERY, busy("60"))
        for _ in range(3):
            assert_busy(await async_client.get(START), 60)
        assert logto.count(DISCOVERY) == 1

    def test_keys_are_left_alone_too(self, journey, cold):
        urls = [journey.callback_url(prompt="login") for _ in range(2)]
        cold()
        journey.logto.faults.put(KEYS, busy("60"))
        for url in urls:
            assert_busy(journey.client.get(url), 60)
        assert journey.logto.count(KEYS) == 1

    @pytest.mark.catalogue(68)
    def test_a_stale_copy_serves_for_as_long_as_logto_asks_to_be_left_alone(
        self, journey, monkeypatch
    ):
        journey.sign_in()
        monkeypatch.setattr(document, "FRESH_SECONDS", -1)
        journey.logto.forget_calls()
        journey.logto.faults.put(DISCOVERY, busy("120"))
        journey.logto.faults.put(KEYS, busy("120"))
        assert journey.sign_in(prompt="login").status_code == 302
        later(monkeypatch, document.COOLDOWN_SECONDS + 20)
        assert journey.sign_in(prompt="login").status_code == 302
        assert [journey.logto.count(path) for path in (DISCOVERY, KEYS)] == [1, 1]
        later(monkeypatch, 80)
        assert journey.sign_in(prompt="login").status_code == 302
        assert [journey.logto.count(path) for path in (DISCOVERY, KEYS)] == [2, 2]

    def test_a_copy_that_another_process_got_is_found_meanwhile(
        self, logto, client, cold
    ):
        logto.faults.put(DISCOVERY, busy("60"))
        assert_busy(client.get(START), 60)
        from logto_auth.engine import provider

        mine = dict(provider._providers)
        forget_providers()
        logto.faults.clear()
        client.get(START)  # the other process
        provider._providers.update(mine)
        logto.forget_calls()
        assert client.get(START).status_code == 302
        assert logto.calls == []

    @pytest.mark.catalogue(35, 72)
    @pytest.mark.parametrize("path", [TOKEN, USERINFO])
    def test_what_only_a_visitor_can_repeat_is_told_and_nothing_is_blocked(
        self, journey, path
    ):
        journey.logto.faults.put(path, busy("7"))
        assert_busy(journey.sign_in(), 7)
        journey.logto.faults.clear()
        assert journey.sign_in(prompt="login").status_code == 302

    @pytest.mark.parametrize("value", ["soon", "-1", "0", "", "Thu, 01 Jan 1970"])
    def test_garbage_keeps_nobody_waiting(self, logto, client, value):
        logto.faults.put(DISCOVERY, busy(value))
        response = client.get(START)
        assert response.status_code == 502
        assert "Retry-After" not in response
        logto.faults.clear()
        assert client.get(START).status_code == 302

    def test_five_minutes_are_the_longest_that_anybody_waits(self, logto, client):
        logto.faults.put(DISCOVERY, busy("86400"))
        assert_busy(client.get(START), 300)


@pytest.mark.catalogue(119)
@pytest.mark.django_db(transaction=True)
async def test_a_visitor_who_leaves_while_logto_hangs_keeps_nobody_waiting(
    logto, async_client
):
    logto.faults.put(DISCOVERY, Fault(hang=True))
    leaving = asyncio.create_task(async_client.get(START))
    await until(lambda: logto.calls)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    logto.faults.clear()
    started = time.monotonic()
    assert (await async_client.get(START)).status_code == 302
    assert time.monotonic() - started < CUT_SECONDS


class TestNames:
    """Of Logto's host, while the resolver hangs."""

    @pytest.fixture(autouse=True)
    def hanging(self, logto, settings, monkeypatch):
        real, goes_on = socket.getaddrinfo, threading.Event()

        def getaddrinfo(host, *args, **kwargs):
            if host in ("logto.test", b"logto.test"):
                goes_on.wait(15)
            return real(host, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        settings.LOGTO = {
            **settings.LOGTO,
            "ENDPOINT": "http://logto.test:3001",
            "TIMEOUT": 0.4,
        }
        yield
        goes_on.set()
        for thread in threading.enumerate():
            if thread.name == "logto lookup":
                thread.join()

    def test_a_visitor_reads_so_at_the_deadline(self, client):
        started = time.monotonic()
        response = client.get(START)
        assert response.context["error"].code == "provider_timeout"
        assert response.status_code == 504
        assert time.monotonic() - started < CUT_SECONDS

    async def test_on_an_event_loop_too(self, async_client):
        started = time.monotonic()
        response = await async_client.get(START)
        assert response.context["error"].code == "provider_timeout"
        assert time.monotonic() - started < CUT_SECONDS
