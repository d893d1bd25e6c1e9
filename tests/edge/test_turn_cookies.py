"""The cookies by which tabs take turns at Logto: whose they are, and how many."""

import datetime
import time

import pytest
import time_machine

from tests.edge.tab import ANOTHER, CLICKED, SIGN_IN, TYPED, Tab

pytestmark = pytest.mark.django_db


def test_without_fetch_metadata_no_cookie_is_set(journey):
    journey.client.get(SIGN_IN)
    assert not [name for name in journey.client.cookies if "turn" in name]


def test_a_browser_that_keeps_no_cookies_is_not_sent_round_and_round(journey):
    location = journey.client.get(SIGN_IN, headers=TYPED)["Location"]
    journey.client.cookies.clear()
    answer = journey.client.get(location, headers=TYPED)
    assert "/oidc/auth" in answer["Location"]


@pytest.mark.catalogue(11)
def test_sign_ins_that_were_given_up_leave_few_cookies(journey):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        for _ in range(50):
            assert Tab(journey.client).open().is_at_logto
            clock.shift(31)
    kept = [
        name
        for name, cookie in journey.client.cookies.items()
        if name.startswith("logto_turn_") and cookie.value
    ]
    assert len(kept) <= 2


@pytest.mark.catalogue(11)
@pytest.mark.parametrize(
    "value",
    ["", "x", "w1", "g9999999999999" + "0" * 12, "g1000000000000" + "0" * 12],
    ids=["empty", "word", "short", "from the future", "from long ago"],
)
@pytest.mark.parametrize("name", ["logto_turn_", "logto_turn_0123abcd", "logto_turn_é"])
def test_cookies_of_somebody_else_make_nobody_wait(journey, name, value):
    headers = {**TYPED, "cookie": f"{name}={value}"}
    answer = journey.client.get(SIGN_IN + "&logto_turn=0123abcd.0", headers=headers)
    assert "/oidc/auth" in answer["Location"]


@pytest.mark.catalogue(11)
@pytest.mark.parametrize("state", ["w", "g", "b"])
@pytest.mark.parametrize("seconds", [3_600, 60, -3_600])
def test_a_turn_of_a_clock_that_was_wrong_makes_nobody_wait(journey, state, seconds):
    since = int(time.time() * 1000) + seconds * 1000
    journey.client.cookies["logto_turn_89abcdef"] = f"{state}{since}{'0' * 12}"
    assert Tab(journey.client).open().is_at_logto


@pytest.mark.catalogue(11)
@pytest.mark.parametrize(("count", "waits"), [(15, True), (17, False)])
def test_with_more_turns_than_a_browser_has_tabs_none_is_taken(journey, count, waits):
    since = int(time.time() * 1000) - 1000
    for number in range(count):
        journey.client.cookies[f"logto_turn_{number:08x}"] = f"g{since}{'0' * 12}"
    tab = Tab(journey.client).open()
    assert (tab.waits, tab.is_at_logto) == (waits, not waits)


def test_who_goes_takes_no_turn_of_another_tab_that_is_at_logto(journey):
    Tab(journey.client, CLICKED).open()
    Tab(journey.client, CLICKED).open(ANOTHER)
    turns = [c.value for name, c in journey.client.cookies.items() if "turn" in name]
    assert [turn[:1] for turn in turns] == ["g", "g"]


@pytest.mark.parametrize("secure", [True, False])
def test_over_https_a_turn_stays_there(journey, secure):
    response = journey.client.get(SIGN_IN, headers=TYPED, secure=secure)
    (turn,) = response.cookies.values()
    assert turn.key.startswith("logto_turn_")
    assert bool(turn["secure"]) == secure
    assert (turn["httponly"], turn["samesite"], turn["domain"]) == (True, "Lax", "")
