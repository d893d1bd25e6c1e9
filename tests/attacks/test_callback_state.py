"""A ``state`` that is not of an open attempt of this browser opens nothing."""

import datetime

import pytest
import time_machine
from django.test import Client

from tests.attacks.visitors import (
    CALLBACK,
    attempts_of,
    changed,
    each_visitor,
    give,
    who,
)
from tests.edge.connect_journey import visitor_of
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db

UNKNOWN, INVALID = "state_unknown", "authorization_response_invalid"
# The query of a callback, where {0} is the right state and {1} a right code.
QUERIES = [
    ("code={1}", UNKNOWN),
    ("state=&code={1}", UNKNOWN),
    ("state&code={1}", UNKNOWN),
    ("state=wrong&code={1}", UNKNOWN),
    ("state={0}x&code={1}", UNKNOWN),
    ("state=%20{0}&code={1}", UNKNOWN),
    ("state={0}%00&code={1}", UNKNOWN),
    ("state={0}%0d%0a&code={1}", UNKNOWN),
    ("State={0}&code={1}", UNKNOWN),
    ("state[]={0}&code={1}", UNKNOWN),
    ("state[0]={0}&code={1}", UNKNOWN),
    ("state=%5B%22{0}%22%5D&code={1}", UNKNOWN),
    ("state=%00&code={1}", UNKNOWN),
    ("state=%ff%fe&code={1}", UNKNOWN),
    ("state=%c0%ae%ed%a0%80&code={1}", UNKNOWN),
    ("state=%&code={1}", UNKNOWN),
    ("state=\x80\xff&code={1}", UNKNOWN),
    ("state=é😀&code={1}", UNKNOWN),
    ("state=../../{0}&code={1}", UNKNOWN),
    ("state=" + "x" * 4000 + "&code={1}", UNKNOWN),
    ("state=" + "x" * 100_000 + "&code={1}", INVALID),
    ("state={0}&state={0}&code={1}", INVALID),
    ("state={0}&state=wrong&code={1}", INVALID),
    ("state=wrong&state={0}&code={1}", INVALID),
]


@pytest.mark.catalogue(15)
@pytest.mark.parametrize(
    ("query", "code"), QUERIES, ids=lambda value: ascii(value[:30])
)
def test_any_other_state_is_refused_and_the_attempt_stays_open(
    journey, refused, kept, query, code
):
    give(journey, "a sign-in")
    url = journey.callback_url(prompt="login")
    told, before = query_of(url), attempts_of(journey.client)
    with kept(journey.client):
        query = query.format(told["state"], told["code"])
        refused(journey.client.get(f"{CALLBACK}?{query}"), code)
    assert journey.logto.count("/oidc/token") == 0
    assert attempts_of(journey.client) == before
    assert journey.client.get(url).status_code == 302
    assert journey.client.session["cart"] == ["tea"]
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(15)
@pytest.mark.parametrize("state", ["", "%ff", "x" * 100_000, "é", "{0}&state={0}"])
async def test_on_an_event_loop_too(journey_async, refused, state):
    url = await journey_async.callback_url()
    query = f"state={state}&code=x".format(query_of(url)["state"])
    response = await journey_async.client.get(f"{CALLBACK}?{query}")
    refused(response, INVALID if len(state) > 9 else UNKNOWN)
    assert (await journey_async.client.get(url)).status_code == 302


@pytest.mark.catalogue(15, 28)
@each_visitor
def test_what_somebody_else_has_finished_opens_in_no_other_browser(
    journey, logto, refused, kept, has
):
    attacker = Journey(logto, Client())
    url = attacker.callback_url("sofia")
    give(journey, has)
    journey.start(prompt="login")
    before = attempts_of(journey.client)
    with kept(journey.client):
        refused(journey.client.get(url), "state_unknown")
    assert attempts_of(journey.client) == before
    assert who(journey.client) == ("alice" if has == "a sign-in" else None)
    assert logto.count("/oidc/token") == 0


@pytest.mark.catalogue(28)
def test_an_attempt_that_a_neighbouring_host_planted_opens_nothing_on_https(
    journey, logto, refused
):
    attacker = Journey(logto, Client())
    start = attacker.client.get("/logto/sign-in/", secure=True)["Location"]
    url = attacker.visitor.sign_in(start, "sofia")
    ((name, cookie),) = attacker.client.cookies.items()
    assert name.startswith("__Host-")
    # No other host can set a cookie with that prefix, so it comes without.
    journey.client.cookies[name.removeprefix("__Host-")] = cookie.value
    response = journey.client.get(changed(url), secure=True)
    refused(response, "state_unknown", "unreadable")
    assert logto.count("/oidc/token") == 0


@pytest.mark.catalogue(15)
@each_visitor
def test_an_attempt_older_than_an_hour_is_refused(journey, refused, kept, has):
    give(journey, has)
    url = journey.callback_url(prompt="login")
    now = datetime.datetime.now(datetime.UTC)
    with time_machine.travel(now) as clock, kept(journey.client):
        clock.shift(3602)
        refused(journey.client.get(url), "attempt_expired")
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(15)
def test_an_attempt_of_another_user_in_the_same_browser_is_refused(
    logto, refused, kept, django_user_model
):
    for name in ("pat", "kim"):
        django_user_model.objects.create_user(name, password="secret")
    pat = django_user_model.objects.get(username="pat")
    journey = visitor_of(logto, pat)
    url = journey.back("alice")
    journey.client.login(username="kim", password="secret")
    with kept(journey.client):
        refused(journey.client.get(url), "connecting_user_changed")
    assert who(journey.client) == "kim"
    assert logto.count("/oidc/token") == 0


def flipped(value, place):
    """Return the cookie with one character changed."""
    other = "A" if value[place] != "A" else "B"
    return value[:place] + other + value[place + 1 :]


@pytest.mark.catalogue(15)
@pytest.mark.parametrize(
    "alter",
    [
        lambda value: flipped(value, 0),
        lambda value: flipped(value, 5),
        lambda value: flipped(value, 8),
        lambda value: flipped(value, len(value) // 2),
        lambda value: flipped(value, -3),
        lambda value: value[:-4],
        lambda value: value[4:],
        lambda value: value * 20,
        lambda value: "",
        lambda value: "=" * 8,
        lambda value: "%00",
    ],
    ids=[
        "time",
        "end of the time",
        "version",
        "text",
        "tag",
        "cut off",
        "without its time",
        "many times",
        "nothing",
        "padding",
        "escape",
    ],
)
def test_an_altered_attempt_is_no_attempt(journey, refused, kept, alter):
    give(journey, "a cart")
    url = journey.callback_url()
    (name,) = attempts_of(journey.client)
    right = journey.client.cookies[name].value
    journey.client.cookies[name] = alter(right)
    with kept(journey.client):
        refused(journey.client.get(url), "state_unknown", "unreadable")
    assert journey.logto.count("/oidc/token") == 0
    journey.client.cookies[name] = right
    assert journey.client.get(url).status_code == 302


def with_two_cookies(client, *, forged_first):
    """Return the headers of a browser that has the attempt's cookie twice."""
    (name,) = attempts_of(client)
    pairs = [f"{key}={cookie.value}" for key, cookie in client.cookies.items()]
    forged = [f"{name}=AAAA"]
    pairs = [*forged, *pairs] if forged_first else [*pairs, *forged]
    return {"cookie": "; ".join(pairs)}


@pytest.mark.catalogue(15)
def test_a_second_cookie_of_the_same_name_opens_nothing(journey, refused, kept):
    give(journey, "a cart")
    url = journey.callback_url()
    last = with_two_cookies(journey.client, forged_first=False)
    with kept(journey.client):
        response = journey.client.get(url, headers=last)
        refused(response, "state_unknown", "unreadable")
    assert journey.logto.count("/oidc/token") == 0
    first = with_two_cookies(journey.client, forged_first=True)
    assert journey.client.get(url, headers=first).status_code == 302
    assert who(journey.client) == "alice"
