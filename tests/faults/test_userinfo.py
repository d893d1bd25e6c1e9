"""Userinfo fails after a good ID token: the sign-in fails, and nobody is half made."""

import pytest

from .kinds import TOKEN, USERINFO, every_kind, kinds_of_connections

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(72)]


@pytest.mark.parametrize("kind", **every_kind)
def test_without_userinfo_nobody_is_signed_in_or_half_made(
    kind, journey, returning, strike, asked, told, alice_stays, in_time
):
    url = returning()
    strike(USERINFO, kind)
    with alice_stays(journey.client):
        with in_time():
            response = journey.client.get(url)
        told(response, kind, USERINFO)
        journey.client.get(url)
    assert [asked(path) for path in (TOKEN, USERINFO)] == [1, 1]


@pytest.mark.parametrize("kind", **kinds_of_connections)
def test_an_anonymous_visitor_stays_one(kind, journey, strike):
    url = journey.callback_url("ada")
    strike(USERINFO, kind)
    journey.client.get(url)
    assert "sessionid" not in journey.client.cookies
    state = journey.client.get("/logto/user/").json()
    assert state == {"isAuthenticated": False}


@pytest.mark.parametrize("kind", **kinds_of_connections)
async def test_on_an_event_loop_a_callback_ends_the_same_way(
    kind, journey_async, areturning, strike, asked, told, aalice_stays, in_time
):
    url = await areturning()
    strike(USERINFO, kind)
    async with aalice_stays(journey_async.client):
        with in_time():
            response = await journey_async.client.get(url)
        told(response, kind, USERINFO)
    assert [asked(path) for path in (TOKEN, USERINFO)] == [1, 1]
