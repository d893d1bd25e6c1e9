"""Discovery and keys over a flaky network: nobody waits long, nobody is locked out."""

import asyncio
import threading
import time

import pytest

from logto_auth.engine import copies, document
from logto_auth.engine.deadline import deadline
from logto_auth.engine.mode import BLOCKING, ON_LOOP, run_blocking
from logto_auth.engine.provider import current_provider, forget_providers
from logto_auth.errors import (
    ProviderBusy,
    ProviderResponseInvalid,
    ProviderTimeout,
    SigningKeyUnknown,
)
from logto_auth.testing import Fault
from tests.journey import at_once
from tests.waiting import until

DISCOVERY, KEYS = "/oidc/.well-known/openid-configuration", "/oidc/jwks"
DOWN = Fault(status=500)


def metadata(seconds=5):
    with deadline(seconds):
        return run_blocking(current_provider().metadata(BLOCKING))


def later(monkeypatch, seconds, *clocks):
    """Let time have passed on the clocks: "time" is the wall's, "monotonic" is not."""
    for clock in clocks or ("time", "monotonic"):
        now = getattr(time, clock)
        monkeypatch.setattr(time, clock, lambda now=now: now() + seconds)


class TestTogether:
    def test_who_has_time_left_asks_after_somebody_who_had_little(self, logto):
        logto.faults.put(DISCOVERY, Fault(delay=0.6))

        def give_up():
            with pytest.raises(ProviderTimeout):
                metadata(0.3)

        short = threading.Thread(target=give_up)
        short.start()
        asyncio.run(until(lambda: logto.calls))
        assert metadata().issuer == logto.issuer
        short.join()
        assert logto.count(DISCOVERY) == 2

    @pytest.mark.catalogue(70)
    def test_visitors_who_come_while_logto_hangs_each_wait_for_the_deadline_at_most(
        self, logto
    ):
        logto.faults.put(DISCOVERY, Fault(hang=True))

        def ask(number):
            time.sleep(number * 0.02)
            started = time.monotonic()
            with pytest.raises(ProviderTimeout):
                metadata(0.6)
            return time.monotonic() - started

        waits = at_once(ask, [(number,) for number in range(40)])
        # One after the other, they would wait 24 s in all and cause forty calls.
        assert max(waits) < 4
        assert logto.count(DISCOVERY) <= 10

    def test_tasks_and_threads_fetch_once_together(self, logto):
        logto.faults.put(DISCOVERY, Fault(delay=0.2))

        async def on_loop():
            ask = [current_provider().metadata(ON_LOOP) for _ in range(20)]
            in_threads = [asyncio.to_thread(metadata) for _ in range(4)]
            return await asyncio.gather(*ask, *in_threads)

        found = asyncio.run(on_loop())
        assert {each.issuer for each in found} == {logto.issuer}
        assert logto.count(DISCOVERY) == 1

    def test_a_task_that_is_cancelled_lets_the_next_one_fetch(self, logto):
        logto.faults.put(DISCOVERY, Fault(hang=True, times=1))

        async def cancelled_and_next():
            first = asyncio.create_task(current_provider().metadata(ON_LOOP))
            await until(lambda: logto.calls)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            with deadline(4):
                return await current_provider().metadata(ON_LOOP)

        assert asyncio.run(cancelled_and_next()).issuer == logto.issuer


class TestClocks:
    def test_a_wall_clock_that_is_set_back_makes_nothing_fresh_for_ever(
        self, logto, monkeypatch
    ):
        metadata()
        later(monkeypatch, -400 * 24 * 3600, "time")
        later(monkeypatch, document.FRESH_SECONDS + 1, "monotonic")
        metadata()
        assert logto.count(DISCOVERY) == 2

    def test_a_machine_that_slept_knows_that_its_copy_is_old(self, logto, monkeypatch):
        metadata()
        later(monkeypatch, copies.STALE_SECONDS + 1, "time")
        logto.faults.put(DISCOVERY, DOWN)
        with pytest.raises(ProviderResponseInvalid):
            metadata()

    def test_the_age_of_a_shared_copy_is_known_to_the_next_process(
        self, logto, monkeypatch
    ):
        metadata()
        later(monkeypatch, document.FRESH_SECONDS - 10)
        forget_providers()
        metadata()
        assert logto.count(DISCOVERY) == 1
        later(monkeypatch, 20, "monotonic")
        metadata()
        assert logto.count(DISCOVERY) == 2


def unknown_key(claims, header):
    return claims, {**header, "kid": "unknown"}


class TestUnknownKeys:
    """Of keys that a token names and the copy lacks."""

    @pytest.fixture
    def newer(self, logto):
        """Ask for newer keys than those of the first call."""
        provider = current_provider()
        url = run_blocking(provider.metadata(BLOCKING)).jwks_uri
        keys = provider._keys
        known = run_blocking(keys.get(BLOCKING, url))
        logto.forget_calls()

        def ask(seconds=5):
            with deadline(seconds):
                found = run_blocking(keys.newer(BLOCKING, url, than=known))
            return found is not known

        return ask

    @pytest.mark.catalogue(45)
    def test_a_thousand_cause_one_fetch_in_thirty_seconds(
        self, logto, newer, monkeypatch
    ):
        assert newer()
        forget_providers()
        provider = current_provider()
        url = run_blocking(provider.metadata(BLOCKING)).jwks_uri
        known = run_blocking(provider._keys.get(BLOCKING, url))
        logto.forget_calls()
        for _ in range(1000):
            known = run_blocking(provider._keys.newer(BLOCKING, url, than=known))
        assert logto.count(KEYS) == 1
        later(monkeypatch, document.COOLDOWN_SECONDS + 1)
        run_blocking(provider._keys.newer(BLOCKING, url, than=known))
        assert logto.count(KEYS) == 2

    def test_after_a_failed_fetch_the_failure_is_told_and_not_that_keys_are_unknown(
        self, logto, newer, monkeypatch
    ):
        logto.faults.put(KEYS, DOWN)
        for _ in range(3):
            with pytest.raises(ProviderResponseInvalid) as caught:
                newer()
        assert 25 < caught.value.retry_after <= document.COOLDOWN_SECONDS
        assert logto.count(KEYS) == 1
        logto.faults.clear()
        later(monkeypatch, document.COOLDOWN_SECONDS + 1)
        assert newer()

    def test_a_renewal_that_failed_does_not_keep_them_from_being_fetched(
        self, logto, newer, monkeypatch
    ):
        later(monkeypatch, document.FRESH_SECONDS + 1)
        logto.faults.put(KEYS, Fault(status=500, times=1))
        provider = current_provider()
        url = metadata().jwks_uri
        run_blocking(provider._keys.get(BLOCKING, url))
        assert logto.count(KEYS) == 1
        assert newer()
        assert logto.count(KEYS) == 2

    def test_a_logto_that_asks_to_be_left_alone_is_not_asked_for_them(
        self, logto, newer, monkeypatch
    ):
        later(monkeypatch, document.FRESH_SECONDS + 1)
        busy = Fault(status=429, headers={"Retry-After": "120"})
        logto.faults.put(KEYS, busy)
        url = metadata().jwks_uri
        run_blocking(current_provider()._keys.get(BLOCKING, url))
        assert logto.count(KEYS) == 1
        later(monkeypatch, document.COOLDOWN_SECONDS + 1)
        with pytest.raises(ProviderBusy) as caught:
            newer()
        assert 60 < caught.value.retry_after <= 90
        assert logto.count(KEYS) == 1

    def test_after_a_fetch_that_succeeded_an_old_failure_is_told_no_more(
        self, logto, newer, monkeypatch
    ):
        logto.faults.put(KEYS, Fault(status=500, times=1))
        with pytest.raises(ProviderResponseInvalid):
            newer()
        later(monkeypatch, document.FRESH_SECONDS + 1)
        url = metadata().jwks_uri
        keys = current_provider()._keys
        renewed = run_blocking(keys.get(BLOCKING, url))
        assert logto.count(KEYS) == 2
        assert run_blocking(keys.newer(BLOCKING, url, than=renewed)) is not renewed
        again = run_blocking(keys.get(BLOCKING, url))
        # In the cooldown nothing is newer, and nothing has failed.
        assert run_blocking(keys.newer(BLOCKING, url, than=again)) is again
        assert logto.count(KEYS) == 3

    def test_a_visitor_with_hardly_any_time_leaves_the_fetch_to_others(
        self, logto, newer
    ):
        with pytest.raises(ProviderTimeout):
            newer(seconds=0.3)
        assert logto.count(KEYS) == 0
        assert newer()


def test_signing_key_unknown_is_only_said_of_keys_that_were_looked_for(
    journey, db, monkeypatch
):
    journey.sign_in()
    journey.logto.forge_id_token = unknown_key
    response = journey.sign_in(prompt="login")
    assert response.context["error"].code == SigningKeyUnknown.code
    assert "Retry-After" not in response
    later(monkeypatch, document.COOLDOWN_SECONDS + 1)
    journey.logto.faults.put(KEYS, DOWN)
    for _ in range(2):
        response = journey.sign_in(prompt="login")
        assert response.context["error"].code == ProviderResponseInvalid.code
    assert 0 < int(response["Retry-After"]) <= document.COOLDOWN_SECONDS
