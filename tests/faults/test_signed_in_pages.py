"""Who is signed in does not notice that Logto is down: no page asks it anything."""

import pytest

from .kinds import DOWN, ENDPOINTS, HANGING, RESET

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(68)]

PAGES = ("/", "/protected/", "/aprotected/", "/logto/user/", "/logto/sign-out/")


@pytest.fixture(params=[HANGING, DOWN, RESET], ids=str)
def all_down(request, strike, cold):
    """Call it to lose Logto, and whatever was cached of it."""

    def lose():
        for path in ENDPOINTS:
            strike(path, request.param)
        cold()

    return lose


def test_every_page_is_served_without_a_call(journey, all_down):
    journey.sign_in()
    journey.logto.forget_calls()
    all_down()
    for page in PAGES:
        assert journey.client.get(page).status_code == 200
    assert journey.client.get("/protected/").json()["user"] == "alice"
    assert journey.client.get("/logto/user/").json()["isAuthenticated"] is True
    assert journey.logto.calls == []


async def test_so_it_is_on_an_event_loop(journey_async, all_down):
    await journey_async.sign_in()
    journey_async.logto.forget_calls()
    all_down()
    for page in PAGES:
        assert (await journey_async.client.get(page)).status_code == 200
    assert journey_async.logto.calls == []


def test_who_tries_to_sign_in_again_stays_signed_in(journey, all_down, alice_stays):
    journey.sign_in()
    all_down()
    with alice_stays(journey.client):
        assert journey.client.get("/logto/sign-in/").status_code in (502, 504)
