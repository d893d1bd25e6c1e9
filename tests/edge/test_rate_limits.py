"""``RATE_LIMITS``: one address can start and finish only so many sign-ins, if asked."""

import time

import pytest
from django.test import Client

from tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(14)]

START = "/logto/sign-in/"
DAY = 24 * 3600


def statuses(client, number, path=START, **request):
    return [client.get(path, **request).status_code for _ in range(number)]


def refusals(caplog):
    return [
        record
        for record in caplog.records
        if getattr(record, "event", "") == "sign_in_failed"
    ]


def assert_refused(response, reason):
    assert response.status_code == 429
    error = response.context["error"]
    assert (error.code, error.reason) == ("too_many_sign_ins", reason)
    assert 0 < int(response["Retry-After"]) <= DAY
    assert "no-store" in response["Cache-Control"]


class TestStarts:
    def test_more_starts_than_allowed_read_when_to_come_again(
        self, limit, logto, client, caplog, django_assert_num_queries
    ):
        limit(sign_in="2/d")
        assert statuses(client, 2) == [302, 302]
        logto.forget_calls()
        cookies = dict(client.cookies)
        with django_assert_num_queries(0):
            response = client.get(START, {"next": "/a/"})
        assert_refused(response, "sign_in")
        assert not response.cookies and dict(client.cookies) == cookies
        assert 'href="/logto/sign-in/?next=%2Fa%2F"' in response.text
        assert logto.calls == []
        (event,) = refusals(caplog)
        assert event.logto["reason"] == "sign_in"

    async def test_on_an_event_loop_too(self, limit, logto, async_client):
        limit(sign_in="1/d")
        assert (await async_client.get(START)).status_code == 302
        assert_refused(await async_client.get(START), "sign_in")

    def test_sign_ins_sign_ups_and_connecting_an_account_count_together(
        self, limit, logto, client, pat
    ):
        limit(sign_in="2/d")
        client.force_login(pat)
        assert statuses(client, 1, "/logto/sign-up/") == [302]
        assert client.post("/logto/connect/").status_code == 200  # the page that leaves
        assert_refused(client.post("/logto/connect/"), "sign_in")
        assert_refused(client.get(START), "sign_in")

    def test_what_starts_nothing_is_not_counted(self, limit, logto, client):
        limit(sign_in="1/d")
        image = {"Sec-Fetch-Dest": "image"}
        assert statuses(client, 3, headers=image) == [403] * 3
        assert statuses(client, 3, "/logto/callback/") == [200] * 3
        assert statuses(client, 1) == [302]

    def test_when_the_window_is_over_the_visitor_may_go_on(
        self, limit, logto, client, clock
    ):
        limit(sign_in="1/d")
        assert statuses(client, 1) == [302]
        wait = int(client.get(START)["Retry-After"])
        clock.shift(wait - 1)
        assert statuses(client, 1) == [429]
        clock.shift(1)
        assert statuses(client, 2) == [302, 429]

    @pytest.mark.parametrize(("left", "told"), [(DAY, DAY), (1, 1), (0.001, 1)])
    def test_at_the_edge_of_a_window_too_the_wait_is_told_in_whole_seconds(
        self, limit, logto, client, clock, left, told
    ):
        limit(sign_in="1/d")
        midnight = time.time() // DAY * DAY + DAY
        clock.move_to(midnight + DAY - left)
        assert statuses(client, 1) == [302]
        assert client.get(START)["Retry-After"] == str(told)

    @pytest.mark.parametrize(
        ("left", "told"),
        [
            (60, ""),
            (61, "Please wait 2 minutes before you try again."),
            (5400, "Please wait 2 hours before you try again."),
            (DAY, "Please wait 24 hours before you try again."),
        ],
    )
    def test_the_page_tells_how_long_where_it_is_more_than_a_minute(
        self, limit, logto, client, clock, left, told
    ):
        limit(sign_in="1/d")
        midnight = time.time() // DAY * DAY + DAY
        clock.move_to(midnight + DAY - left)
        assert statuses(client, 1) == [302]
        response = client.get(START)
        assert response.context["wait"] == told
        assert ("Please wait" in response.text) == bool(told)
        assert told in response.text


class TestCallbacks:
    def test_more_than_allowed_keep_session_and_attempt_for_later(
        self, limit, journey, caplog
    ):
        journey.sign_in()
        limit(callback="1/d")
        assert Journey(journey.logto, Client()).sign_in().status_code == 302
        url = journey.callback_url(prompt="login", next="/a/")
        session = dict(journey.client.session.items())
        journey.logto.forget_calls()
        caplog.clear()
        response = journey.client.get(url)
        assert_refused(response, "callback")
        assert "next=%2Fa%2F" in response.context["retry_url"]
        assert len(refusals(caplog)) == 1
        assert journey.logto.calls == []
        assert dict(journey.client.session.items()) == session
        limit()
        assert journey.client.get(url)["Location"] == "/a/"

    @pytest.mark.django_db(transaction=True)
    async def test_on_an_event_loop_too(self, limit, journey_async):
        limit(callback="1/d")
        assert (await journey_async.sign_in()).status_code == 302
        url = await journey_async.callback_url(prompt="login")
        assert_refused(await journey_async.client.get(url), "callback")
        limit()
        assert (await journey_async.client.get(url)).status_code == 302

    def test_a_callback_of_no_attempt_costs_nothing_and_is_not_counted(
        self, limit, journey
    ):
        limit(callback="1/d")
        for _ in range(3):
            response = journey.client.get("/logto/callback/?state=x&code=y")
            assert response.context["error"].code == "state_unknown"
        assert journey.sign_in().status_code == 302

    def test_nothing_of_the_callback_is_in_log_or_page(
        self, limit, journey, caplog, settings
    ):
        settings.DEBUG = True
        url = journey.callback_url()
        limit(callback="1/d")
        for _ in range(2):
            response = journey.client.get(url)
        assert_refused(response, "callback")
        code = url.partition("code=")[2].partition("&")[0]
        assert code and code not in response.text
        told = caplog.text + str([vars(record) for record in caplog.records])
        assert code not in told


def test_each_visitor_of_a_shared_address_keeps_their_own_session(limit, logto):
    limit(sign_in="2/d", callback="2/d")
    journeys = [Journey(logto, Client()) for _ in range(2)]
    assert [journey.sign_in().status_code for journey in journeys] == [302, 302]
    assert_refused(Client().get(START), "sign_in")
    for journey in journeys:
        assert journey.client.get("/logto/user/").json()["isAuthenticated"]
