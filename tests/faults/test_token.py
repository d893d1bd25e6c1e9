"""The token endpoint fails: the code was sent once, whatever became of the answer."""

import copy

import pytest
from django.contrib.auth import get_user_model

from .kinds import (
    HANGING,
    RESET,
    TOKEN,
    TRUNCATED,
    USERINFO,
    every_kind,
    kinds_of_connections,
)

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(35, 38)]


@pytest.mark.parametrize("kind", **every_kind)
def test_a_lost_answer_is_told_and_changes_nobody(
    kind, journey, returning, strike, asked, told, alice_stays, in_time
):
    url = returning()
    strike(TOKEN, kind, after=True)
    with alice_stays(journey.client):
        with in_time():
            response = journey.client.get(url)
        told(response, kind, TOKEN)
    assert [asked(path) for path in (TOKEN, USERINFO)] == [1, 0]


@pytest.mark.parametrize("kind", [HANGING, RESET, TRUNCATED], ids=str)
@pytest.mark.parametrize("page_arrives", [True, False])
def test_a_reload_after_a_lost_answer_never_sends_the_code_again(
    kind, page_arrives, journey, strike, asked
):
    url = journey.callback_url("ada")
    cookies = copy.deepcopy(journey.client.cookies)
    strike(TOKEN, kind, after=True, times=1)
    assert journey.client.get(url).status_code in (502, 504)
    if not page_arrives:
        journey.client.cookies = cookies
    again = journey.client.get(url)
    if page_arrives:
        assert again.context["error"].code == "state_unknown"
    else:
        assert again["Location"].startswith(journey.logto.issuer)
        assert journey.client.get(url).status_code == 400
    assert asked(TOKEN) == 1
    assert not get_user_model().objects.exists()


def test_after_a_failure_the_visitor_signs_in_with_a_new_code(journey, strike, asked):
    url = journey.callback_url(next="/protected/")
    strike(TOKEN, TRUNCATED, after=True, times=1)
    page = journey.client.get(url)
    assert 'href="/logto/sign-in/?next=%2Fprotected%2F"' in page.text
    assert journey.sign_in(next="/protected/")["Location"] == "/protected/"
    assert asked(TOKEN) == 2


@pytest.mark.parametrize("kind", **kinds_of_connections)
async def test_on_an_event_loop_a_callback_ends_the_same_way(
    kind, journey_async, areturning, strike, asked, told, aalice_stays, in_time
):
    url = await areturning()
    strike(TOKEN, kind, after=True)
    async with aalice_stays(journey_async.client):
        with in_time():
            response = await journey_async.client.get(url)
        told(response, kind, TOKEN)
        await journey_async.client.get(url)
    assert [asked(path) for path in (TOKEN, USERINFO)] == [1, 0]
