"""A visitor does not go round between a page and Logto for ever."""

import datetime

import pytest
import time_machine

from tests.journey import path_of

pytestmark = pytest.mark.django_db


def code_of(response):
    return response.context["error"].code


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


@pytest.mark.catalogue(34)
def test_a_page_that_refuses_a_signed_in_visitor_does_not_go_round_for_ever(
    journey, settings
):
    settings.LOGIN_URL = "logto_auth:sign_in"
    url, hops = "/staff/", 0
    while hops < 40:
        response = journey.client.get(url)
        if response.status_code != 302:
            break
        url, hops = response["Location"], hops + 1
        if url.startswith(journey.logto.endpoint):
            url = path_of(journey.visitor.sign_in(url, "alice"))
    assert (response.status_code, code_of(response)) == (403, "sign_in_loop")
    assert hops < 20, "browsers give up after twenty redirects"
    assert "prompt=login" in response.content.decode()
    assert is_signed_in(journey.client)


def test_tabs_of_one_page_that_were_opened_together_do_not_count_as_rounds(journey):
    starts = [journey.start(next="/protected/") for _ in range(5)]
    with time_machine.travel(datetime.datetime.now(datetime.UTC)) as clock:
        clock.shift(5)
        for url in starts:
            callback = path_of(journey.visitor.sign_in(url, "alice"))
            assert journey.client.get(callback)["Location"] == "/protected/"


@pytest.mark.catalogue(34)
@pytest.mark.parametrize("next_url", ["/protected/", "/"])
def test_a_browser_that_does_not_keep_the_session_does_not_go_round_for_ever(
    journey, next_url
):
    statuses = []
    while 302 in statuses[-1:] or not statuses:
        journey.client.cookies.pop("sessionid", None)
        response = journey.sign_in(next=next_url)
        statuses.append(response.status_code)
    assert statuses == [302, 302, 400]
    assert code_of(response) == "session_not_kept"
    assert journey.logto.count("/oidc/token") == 2
    other = journey.sign_in(next="/elsewhere/")
    assert other["Location"] == "/elsewhere/"


def test_who_signs_in_and_out_again_and_again_is_let_in_every_time(journey):
    for _ in range(5):
        assert journey.sign_in(prompt="login").status_code == 302
        assert is_signed_in(journey.client)
        assert journey.client.post("/logto/sign-out/").status_code == 200
        # A browser drops the cookie, which Django's client keeps without a value.
        journey.client.cookies.pop("sessionid")


@pytest.mark.parametrize("value", ["", "3", "x0123456789ab", "²0123456789ab", "9" * 99])
def test_a_count_of_rounds_that_makes_no_sense_is_none(journey, value):
    journey.client.cookies["logto_rounds"] = value
    assert journey.sign_in().status_code == 302
