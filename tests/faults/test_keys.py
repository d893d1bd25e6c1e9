"""Logto's keys cannot be had: nobody is believed, and the code is gone for good."""

import pytest

from .kinds import DISCOVERY, KEYS, TOKEN, every_kind, kinds_of_connections

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(68)]


@pytest.mark.parametrize("kind", **every_kind)
def test_with_no_keys_nobody_is_signed_in_and_the_code_is_not_sent_again(
    kind, journey, returning, cold, strike, asked, told, alice_stays, in_time
):
    url = returning()
    cold()
    strike(KEYS, kind)
    with alice_stays(journey.client):
        with in_time():
            response = journey.client.get(url)
        told(response, kind, KEYS)
        journey.client.get(url)
    assert [asked(path) for path in (DISCOVERY, TOKEN, KEYS)] == [1, 1, 1]


@pytest.mark.parametrize("kind", **every_kind)
def test_stale_keys_serve_and_leave_time_for_the_rest_of_the_callback(
    kind, journey, strike, stale, asked, in_time
):
    journey.sign_in()
    url = journey.callback_url(prompt="login")
    journey.logto.forget_calls()
    stale()
    strike(KEYS, kind)
    with in_time():
        assert journey.client.get(url).status_code == 302
    assert [asked(path) for path in (TOKEN, KEYS)] == [1, 1]


@pytest.mark.catalogue(67)
@pytest.mark.parametrize("kind", **kinds_of_connections)
def test_without_new_keys_a_token_of_a_new_key_is_refused(
    kind, journey, returning, strike, asked, told, alice_stays, in_time
):
    url = returning()
    journey.logto.rotate_keys()
    strike(KEYS, kind)
    with alice_stays(journey.client):
        with in_time():
            response = journey.client.get(url)
        told(response, kind, KEYS)
    assert [asked(path) for path in (TOKEN, KEYS)] == [1, 1]


@pytest.mark.parametrize("kind", **kinds_of_connections)
async def test_on_an_event_loop_a_callback_ends_the_same_way(
    kind, journey_async, areturning, cold, strike, asked, told, aalice_stays, in_time
):
    url = await areturning()
    cold()
    strike(KEYS, kind)
    async with aalice_stays(journey_async.client):
        with in_time():
            response = await journey_async.client.get(url)
        told(response, kind, KEYS)
    assert [asked(path) for path in (TOKEN, KEYS)] == [1, 1]
