"""Logto changes its keys when it likes; no token makes the site ask again and again."""

import asyncio
import json
import time

import pytest
from django.test import Client

from logto_auth.engine import copies, document
from logto_auth.engine.mode import BLOCKING, run_blocking
from logto_auth.engine.provider import current_provider
from logto_auth.errors import SigningKeyUnknown
from logto_auth.testing import Fault
from logto_auth.testing.simulator.signing import SigningKey
from tests.journey import AsyncJourney, Journey, at_once, query_of

from .forging import KEYS_PATH, TOKEN_PATH, header_with, minted

COOLDOWN = 30


class Clock:
    """Stands still, so that a slow machine counts as a fast one."""

    def __init__(self):
        self._time, self._monotonic = time.time(), time.monotonic()

    def advance(self, seconds):
        self._time += seconds
        self._monotonic += seconds

    def time(self):
        return self._time

    def monotonic(self):
        return self._monotonic


@pytest.fixture
def clock(monkeypatch):
    """The clock by which copies of Logto's keys grow old."""
    clock = Clock()
    for module in (copies, document):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def fetches(logto):
    """Call it to count how often Logto was asked for its keys."""
    return lambda: logto.count(KEYS_PATH)


def warm(journey):
    """Let the site know Logto's keys, and count from then on."""
    assert journey.sign_in().status_code == 302
    journey.logto.forget_calls()


@pytest.mark.catalogue(67)
@pytest.mark.conformance("oidcc-client-test-signing-key-rotation")
@pytest.mark.parametrize("keep", [True, False], ids=["kept", "withdrawn"])
def test_a_key_that_changed_between_two_sign_ins_is_fetched_once(
    db, journey, fetches, keep
):
    warm(journey)
    journey.logto.rotate_keys(keep_previous=keep)
    for _ in range(2):
        assert journey.sign_in(prompt="login").status_code == 302
    assert fetches() == 1


@pytest.mark.catalogue(67)
@pytest.mark.conformance("oidcc-client-test-signing-key-rotation-just-before-signing")
@pytest.mark.parametrize("keep", [True, False], ids=["kept", "withdrawn"])
def test_a_key_that_changes_while_the_visitor_is_at_logto_is_fetched_once(
    db, journey, fetches, keep
):
    warm(journey)
    url = journey.callback_url(prompt="login")
    journey.logto.rotate_keys(keep_previous=keep)
    assert journey.client.get(url).status_code == 302
    assert fetches() == 1


@pytest.mark.catalogue(67)
def test_a_key_that_changes_while_keys_are_fetched_is_found_by_the_next_fetch(
    db, journey, fetches
):
    logto, first = journey.logto, journey.logto.keys.jwks()

    def rotate_and_tell_the_old_ones(document):
        logto.stop_forging()
        return first

    url = journey.callback_url()
    logto.rotate_keys()
    logto.forge_jwks = rotate_and_tell_the_old_ones
    assert journey.client.get(url).status_code == 302
    assert fetches() == 2


@pytest.mark.catalogue(67)
def test_a_key_that_was_published_before_it_signs_needs_no_fetch(db, journey, fetches):
    keys, following = journey.logto.keys, SigningKey()
    (current,) = keys.published
    keys.published = [current, following]
    warm(journey)
    keys.published = [following, current]
    assert journey.sign_in(prompt="login").status_code == 302
    assert fetches() == 0


@pytest.mark.catalogue(67)
def test_a_token_of_a_key_that_was_withdrawn_signs_nobody_in(trial):
    logto = trial.logto
    old = logto.keys.published
    logto.rotate_keys(keep_previous=False)
    new = logto.keys.published

    def signed_with_the_old_key(claims, header):
        logto.keys.published = old
        token = logto.keys.jwt(logto.keys.header(), claims, secret="")
        logto.keys.published = new
        return token

    trial.refuses(signed_with_the_old_key, "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(67)
def test_a_second_change_within_half_a_minute_is_followed_after_it(
    db, journey, fetches, clock, refused
):
    warm(journey)
    journey.logto.rotate_keys()
    assert journey.sign_in(prompt="login").status_code == 302
    journey.logto.rotate_keys()
    clock.advance(COOLDOWN - 1)
    refused(journey.sign_in(prompt="login"), "signing_key_unknown", "unknown_key")
    clock.advance(1)
    assert journey.sign_in(prompt="login").status_code == 302
    assert fetches() == 2


@pytest.mark.catalogue(45)
def test_an_unknown_key_is_asked_for_once_and_then_refused(trial):
    trial.accepts()
    trial.journey.client.logout()
    count = trial.logto.count(KEYS_PATH)
    trial.logto.forge_id_token = header_with(kid="unknown")
    for _ in range(3):
        response = trial.journey.sign_in(prompt="login")
        assert response.context["error"].code == "signing_key_unknown"
    assert trial.logto.count(KEYS_PATH) == count + 1


@pytest.mark.catalogue(45)
def test_in_a_process_that_just_began_an_unknown_key_is_asked_for_twice_at_most(
    trial,
):
    trial.refuses(header_with(kid="unknown"), "unknown_key", "signing_key_unknown")
    assert trial.logto.count(KEYS_PATH) == 2


@pytest.mark.once
@pytest.mark.catalogue(45)
def test_twenty_callbacks_with_unknown_keys_cause_one_fetch_in_half_a_minute(
    db, journey, fetches, clock
):
    warm(journey)
    logto, visitor = journey.logto, Journey(journey.logto, Client())

    def answer(number):
        token = minted(kid=f"unknown-{number}")({}, {})
        answer = {"access_token": "a", "token_type": "Bearer", "id_token": token}
        logto.faults.put(TOKEN_PATH, Fault(body=json.dumps(answer)))
        state = query_of(visitor.start())["state"]
        query = {"state": state, "code": "any", "iss": logto.issuer}
        response = visitor.client.get("/logto/callback/", query)
        assert response.context["error"].code == "signing_key_unknown"

    for number in range(20):
        answer(number)
    assert fetches() == 1
    clock.advance(COOLDOWN)
    for number in range(20, 25):
        answer(number)
    assert fetches() == 2
    logto.faults.clear()
    assert journey.sign_in(prompt="login").status_code == 302


@pytest.mark.catalogue(45)
def test_a_thousand_tokens_of_unknown_keys_cause_one_fetch_in_half_a_minute(
    db, journey, fetches, clock
):
    warm(journey)
    journey.logto.faults.put(KEYS_PATH, Fault(delay=0.1))

    def refused(worker):
        for number in range(100):
            token = minted(kid=f"unknown-{worker}-{number}")({}, {})
            expected = {"client_id": "demo-app", "nonce": None}
            with pytest.raises(SigningKeyUnknown):
                run_blocking(
                    current_provider().verify_id_token(BLOCKING, token, **expected)
                )
        return 100

    for count in (1, 2):
        assert sum(at_once(refused, [(worker,) for worker in range(10)])) == 1000
        assert fetches() == count
        clock.advance(COOLDOWN)


@pytest.mark.catalogue(45)
async def test_on_an_event_loop_unknown_keys_at_once_cause_one_fetch(
    journey_async, async_client_class, fetches
):
    assert (await journey_async.sign_in()).status_code == 302
    logto = journey_async.logto
    journeys = [AsyncJourney(logto, async_client_class()) for _ in range(10)]
    urls = [await journey.callback_url() for journey in journeys]
    logto.forge_id_token = header_with(kid="unknown")
    logto.faults.put(KEYS_PATH, Fault(delay=0.1))
    logto.forget_calls()
    responses = await asyncio.gather(
        *(j.client.get(url) for j, url in zip(journeys, urls, strict=True))
    )
    codes = {response.context["error"].code for response in responses}
    assert codes == {"signing_key_unknown"}
    assert fetches() == 1
