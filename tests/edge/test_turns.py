"""Tabs that want to sign in at the same moment take turns at Logto."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import include, path, reverse

from tests.edge.tab import ANOTHER, CLICKED, MOVED_ON, SIGN_IN, TYPED, Tab
from tests.views import protected

pytestmark = pytest.mark.django_db


class KoreanSite:
    urlpatterns = [
        path("계정/", include("logto_auth.urls")),
        path("protected/", protected),
    ]


def restored(client, count):
    """Return tabs that ask for their page before any of them has an answer."""
    tabs = [Tab(client) for _ in range(count)]
    firsts = []
    for number, tab in enumerate(tabs):
        address = f"/logto/sign-in/?next=%2Fprotected%2F%3Ftab%3D{number}"
        tab.response = client.get(address, headers=TYPED)
        firsts.append(tab.response["Location"])
    for tab, location in zip(tabs, firsts, strict=True):
        tab.open(location)
    return tabs


def test_an_address_that_was_typed_comes_to_logto_by_way_of_itself(
    journey, django_assert_num_queries
):
    first = journey.client.get(SIGN_IN, headers=TYPED)
    assert re.fullmatch(
        re.escape(SIGN_IN) + r"&logto_turn=[0-9a-f]{8}\.0", first["Location"]
    )
    with django_assert_num_queries(0):
        assert Tab(journey.client).open(first["Location"]).is_at_logto


@pytest.mark.parametrize(
    ("headers", "query"),
    [(CLICKED, ""), (TYPED, "&prompt=login"), ({}, "")],
    ids=["clicked", "something in particular", "no fetch metadata"],
)
def test_others_go_at_once_whatever_another_tab_does(journey, headers, query):
    assert Tab(journey.client).open().is_at_logto
    answer = journey.client.get(SIGN_IN + query, headers=headers)
    assert "/oidc/auth" in answer["Location"]


@pytest.mark.parametrize("headers", [TYPED, MOVED_ON], ids=["typed", "moved on"])
def test_a_tab_waits_for_the_one_at_logto_and_then_opens(journey, headers):
    first = Tab(journey.client, CLICKED).open()
    second = Tab(journey.client, headers).open(ANOTHER)
    assert second.waits
    assert second.look_again().waits
    first.finish(journey.visitor)
    assert first.response["Location"] == "/protected/"
    second.look_again()
    assert second.response.status_code == 302
    assert second.response["Location"] == "/protected/?another"


def test_of_five_restored_tabs_one_goes_and_each_ends_on_its_own_page(journey):
    tabs = restored(journey.client, 5)
    # All saw each other, so the first of them goes when it looks again.
    assert all(tab.waits for tab in tabs)
    for tab in tabs:
        tab.look_again()
    (first,) = [tab for tab in tabs if tab.is_at_logto]
    first.finish(journey.visitor)
    for tab in tabs:
        if tab is not first:
            tab.look_again()
    assert [tab.response["Location"] for tab in tabs] == [
        f"/protected/?tab={number}" for number in range(5)
    ]
    paths = [call.path for call in journey.logto.calls]
    assert paths.count("/oidc/token") == 1


def test_tabs_wait_for_a_visitor_who_needs_minutes_at_logto(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        first = Tab(journey.client, CLICKED).open()
        others = restored(journey.client, 3)
        for seconds in (1, 2, 4, 8, 15, 30, *[60] * 6):
            clock.shift(seconds)
            assert all(tab.look_again().waits for tab in others)
        first.finish(journey.visitor)
        for tab in others:
            assert tab.look_again().response["Location"].startswith("/protected/?tab=")


def test_a_tab_that_slept_for_long_waits_again(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        others = restored(journey.client, 2)
        clock.shift(3600)
        Tab(journey.client, CLICKED).open()
        assert all(tab.look_again().waits for tab in others)


def test_two_tabs_do_not_wait_for_one_that_was_given_up_before_they_came(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        Tab(journey.client, CLICKED).open()
        clock.shift(31)
        tabs = restored(journey.client, 2)
        assert sum(tab.look_again().is_at_logto for tab in tabs) == 1


def test_when_the_first_fails_the_next_one_goes(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        first, second = Tab(journey.client).open(), Tab(journey.client).open(ANOTHER)
        assert second.waits
        state = re.search(r"state=([^&]+)", first.response["Location"]).group(1)
        iss = journey.logto.issuer
        refused = {"state": state, "error": "access_denied", "iss": iss}
        assert journey.client.get("/logto/callback/", refused).status_code == 403
        # It may be back because somebody is signed in, which the next look shows.
        assert second.look_again().waits
        clock.shift(6)
        assert second.look_again().is_at_logto


def test_who_comes_back_later_does_not_wait_for_a_tab_that_was_given_up(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        Tab(journey.client).open()
        clock.shift(31)
        assert Tab(journey.client).open(ANOTHER).is_at_logto


def test_the_same_page_again_is_the_same_tab_that_came_back(journey):
    assert Tab(journey.client).open().is_at_logto
    assert Tab(journey.client).open().is_at_logto


def test_a_tab_that_was_closed_while_it_waited_is_not_waited_for_long(journey):
    journey.client.get(SIGN_IN, headers=TYPED)
    tab = Tab(journey.client).open()
    looks = 0
    while tab.waits and looks < 9:
        tab.look_again()
        looks += 1
    assert tab.is_at_logto
    assert looks <= 3


def test_those_who_waited_for_a_closed_tab_do_not_all_go_in_the_same_moment(journey):
    _, *tabs = restored(journey.client, 4)
    for _ in range(9):
        # Each asks before any of them has its answer.
        before = journey.client.cookies.copy()
        for tab in tabs:
            journey.client.cookies.update(before)
            tab.look_again()
        if any(tab.is_at_logto for tab in tabs):
            break
    assert sum(tab.is_at_logto for tab in tabs) == 1


def test_in_the_end_the_visitor_has_to_press_the_button(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        Tab(journey.client).open()
        second = Tab(journey.client).open(ANOTHER)
        assert "opens by itself" in second.response.text
        looks, seconds = 0, 0
        while second.waits and looks < 100:
            wait = int(second.response["Refresh"].partition(";")[0])
            clock.shift(wait)
            seconds += wait
            looks += 1
            second.look_again()
    assert looks < 20
    assert 300 < seconds < 900
    assert second.response.status_code == 200
    assert f'href="{ANOTHER}" autofocus' in second.response.text
    assert "opens by itself" not in second.response.text


@pytest.mark.catalogue(7)
def test_the_turn_is_taken_on_the_host_that_logto_returns_to(journey, settings):
    settings.LOGTO["BASE_URL"] = "http://localhost:8000"
    first = journey.client.get(SIGN_IN, headers=TYPED)
    assert first["Location"].startswith("http://localhost:8000/logto/sign-in/")
    assert "logto_turn" not in first["Location"]
    # Behind a proxy that hides the host it must not be sent round and round.
    parts = urlsplit(first["Location"])
    tab = Tab(journey.client).open(f"{parts.path}?{parts.query}")
    assert tab.is_at_logto


def test_a_sign_in_view_of_the_sites_own_keeps_its_address(journey):
    own = "/own/sign-in/"
    first = journey.client.get(own, headers=TYPED)
    assert first["Location"].startswith(f"{own}?logto_turn=")
    Tab(journey.client).open()
    answer = journey.client.get(f"{own}?next=/protected/%3Fown", headers=TYPED)
    page = journey.client.get(answer["Location"], headers=TYPED)
    assert f"; url={own}?" in page["Refresh"]
    assert f'href="{own}?next=' in page.text


def test_a_prefix_in_any_script_leads_back_to_the_tab(journey, settings):
    settings.ROOT_URLCONF = KoreanSite
    sign_in = reverse("logto_auth:sign_in")
    Tab(journey.client, CLICKED).open(f"{sign_in}?next=/protected/")
    first = journey.client.get(f"{sign_in}?next=/protected/%3Fanother", headers=TYPED)
    second = journey.client.get(first["Location"], headers=TYPED)
    assert second["Refresh"].startswith(f"1; url={sign_in}?")


def test_a_waiting_page_is_kept_out_of_caches(journey):
    Tab(journey.client).open()
    second = Tab(journey.client).open(ANOTHER)
    assert "no-store" in second.response["Cache-Control"]


def test_nobody_is_back_as_long_as_a_strict_session_is_held_back(journey, settings):
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        first, second = (
            Tab(journey.client, CLICKED).open(),
            Tab(journey.client).open(ANOTHER),
        )
        assert second.waits
        assert first.finish(journey.visitor).response.status_code == 200
        clock.shift(6)
        assert second.look_again().waits
        first.open(first.response.context["url"])
        assert first.response["Location"] == "/protected/"
        assert second.look_again().response["Location"] == "/protected/?another"


@pytest.mark.catalogue(34)
def test_two_tabs_whose_pages_refuse_the_visitor_do_not_go_round_for_ever(journey):
    journey.sign_in()
    pages = [SIGN_IN, ANOTHER]
    statuses = []
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        for _ in range(8):
            # A page that refuses the visitor sends them here each time.
            tabs = [Tab(journey.client) for _ in pages]
            firsts = [journey.client.get(page, headers=TYPED) for page in pages]
            for tab, first in zip(tabs, firsts, strict=True):
                tab.open(first["Location"])
            clock.shift(1)
            for tab in tabs:
                if tab.waits:
                    tab.look_again()
                statuses.append(tab.response.status_code)
            if 403 in statuses:
                break
    assert statuses.count(302) <= 8
    refused = [tab for tab in tabs if tab.response.status_code == 403]
    assert {tab.response.context["error"].code for tab in refused} == {"sign_in_loop"}
    assert all("protected" in tab.response.context["retry_url"] for tab in refused)


@pytest.mark.django_db(transaction=True)
async def test_on_an_event_loop_too(journey_async):
    async def get(url):
        return await journey_async.client.get(url, headers=TYPED)

    first = await get((await get(SIGN_IN))["Location"])
    assert "/oidc/auth" in first["Location"]
    waiting = await get((await get(ANOTHER))["Location"])
    assert waiting.status_code == 200
    await journey_async.sign_in()
    look = await get(waiting["Refresh"].partition("url=")[2])
    assert look["Location"] == "/protected/?another"
