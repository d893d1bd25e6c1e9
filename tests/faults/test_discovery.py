"""Logto's metadata cannot be had: no sign-in starts, and none is half finished."""

import pytest

from .kinds import (
    DISCOVERY,
    TOKEN,
    every_kind,
    kinds_of_connections,
)

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(68)]


@pytest.mark.catalogue(65)
@pytest.mark.parametrize("kind", **every_kind)
def test_a_start_with_nothing_cached_tells_what_is_wrong_and_leaves_no_trace(
    kind, journey, strike, asked, told, in_time
):
    strike(DISCOVERY, kind)
    with in_time():
        response = journey.client.get("/logto/sign-in/", {"next": "/a/"})
    told(response, kind, DISCOVERY)
    assert 'href="/logto/sign-in/?next=%2Fa%2F"' in response.text
    assert not response.cookies
    assert asked(DISCOVERY) == 1
    journey.logto.faults.clear()
    if "Retry-After" not in kind.fields.get("headers", {}):
        assert journey.sign_in().status_code == 302


@pytest.mark.parametrize("kind", **every_kind)
def test_a_callback_at_a_process_that_knows_nothing_keeps_the_code_to_itself(
    kind, journey, returning, cold, strike, asked, told, alice_stays, in_time
):
    url = returning()
    cold()
    strike(DISCOVERY, kind)
    with alice_stays(journey.client):
        with in_time():
            response = journey.client.get(url)
        told(response, kind, DISCOVERY)
    assert asked(DISCOVERY) == 1
    assert asked(TOKEN) == 0


@pytest.mark.parametrize("kind", **kinds_of_connections)
def test_with_a_stale_copy_sign_ins_start_and_end(
    kind, journey, strike, stale, asked, in_time
):
    journey.start()
    journey.logto.forget_calls()
    stale()
    strike(DISCOVERY, kind)
    with in_time():
        journey.start()
    with in_time():
        assert journey.sign_in().status_code == 302
    assert asked(DISCOVERY) == 1


@pytest.mark.parametrize("kind", **every_kind)
def test_with_a_stale_copy_a_callback_has_time_left_for_the_code(
    kind, journey, strike, stale, asked, in_time
):
    url = journey.callback_url()
    stale()
    strike(DISCOVERY, kind)
    with in_time():
        assert journey.client.get(url).status_code == 302
    assert asked(TOKEN) == 1


@pytest.mark.parametrize("kind", **kinds_of_connections)
async def test_on_an_event_loop_a_callback_ends_the_same_way(
    kind, journey_async, areturning, cold, strike, asked, told, aalice_stays, in_time
):
    url = await areturning()
    cold()
    strike(DISCOVERY, kind)
    async with aalice_stays(journey_async.client):
        with in_time():
            response = await journey_async.client.get(url)
        told(response, kind, DISCOVERY)
    assert asked(DISCOVERY) == 1
    assert asked(TOKEN) == 0


@pytest.mark.once
def test_without_a_setting_a_visitor_waits_five_seconds_for_all_calls_together(
    journey, cold, settings, refused
):
    import time

    from logto_auth.testing import Fault

    assert "TIMEOUT" not in settings.LOGTO
    url = journey.callback_url()
    cold()
    # With five seconds for each, the third would answer in time, after nine.
    for path in (DISCOVERY, "/oidc/jwks", "/oidc/me"):
        journey.logto.faults.put(path, Fault(delay=3))
    started = time.monotonic()
    refused(journey.client.get(url), "provider_timeout")
    assert 4.9 < time.monotonic() - started < 8
