"""Sign-in attempts live in sealed cookies of the browser that started them."""

import time
from dataclasses import replace

import pytest
from django.http import HttpResponse

from logto_auth.errors import AttemptExpired, StateUnknown
from logto_auth.models import UsedAttempt
from logto_auth.sessions.attempts import (
    LIFETIME_SECONDS,
    Attempt,
    claim_attempt,
    open_attempt,
    store_attempt,
)


def attempt(state="state-1", **changes):
    made = Attempt(
        state=state,
        nonce="nonce-of-22-characters",
        code_verifier="verifier-of-43-characters-aaaaaaaaaaaaaaaaa",
        redirect_uri="http://testserver/logto/callback/",
        next_url="/page/?a=b",
        started_at=int(time.time()),
        max_age=300,
    )
    return replace(made, **changes)


def cookies_after(rf, made, cookies=None):
    """Store the attempt in a browser that has ``cookies``; return what it has then."""
    request = rf.get("/")
    request.COOKIES.update(cookies or {})
    response = HttpResponse()
    store_attempt(request, response, made)
    kept = dict(request.COOKIES)
    for name, morsel in response.cookies.items():
        if morsel["max-age"] == 0:
            kept.pop(name, None)
        else:
            kept[name] = morsel.value
    return kept


def test_an_attempt_comes_back_whole(rf):
    made = attempt(is_restart=True)
    assert open_attempt(cookies_after(rf, made), "state-1") == made


def test_who_connects_an_account_comes_back_with_it(rf):
    made = attempt(owner_id="5f0c5a0e-6a4e-4f55-9f0e-6f6f2f1f7a10")
    assert open_attempt(cookies_after(rf, made), "state-1") == made
    left = open_attempt(cookies_after(rf, made.completed()), "state-1")
    assert left.owner_id == made.owner_id


@pytest.mark.parametrize("owner_id", ["", "7"])
def test_the_provider_that_was_asked_for_comes_back_until_the_attempt_is_used(
    rf, owner_id
):
    made = attempt(owner_id=owner_id, provider="social:naver")
    assert open_attempt(cookies_after(rf, made), "state-1") == made
    left = open_attempt(cookies_after(rf, made.completed()), "state-1")
    assert (left.owner_id, left.provider) == (owner_id, "")


def test_who_connects_an_account_must_have_authenticated_since_they_asked():
    asked = int(time.time()) - 120
    assert attempt(max_age=0, started_at=asked).oldest_authentication == 0
    made = attempt(max_age=0, started_at=asked, owner_id="1")
    assert 120 <= made.oldest_authentication <= 122


def test_an_attempt_without_max_age_and_with_max_age_zero_differ(rf):
    for max_age in (None, 0):
        made = attempt(max_age=max_age)
        assert open_attempt(cookies_after(rf, made), "state-1").max_age == max_age


@pytest.mark.catalogue(15)
def test_another_state_opens_nothing(rf):
    with pytest.raises(StateUnknown):
        open_attempt(cookies_after(rf, attempt()), "state-2")


@pytest.mark.catalogue(15, 28)
def test_a_cookie_under_another_name_opens_nothing(rf):
    (value,) = cookies_after(rf, attempt()).values()
    with pytest.raises(StateUnknown):
        open_attempt({attempt("state-2").cookie_name: value}, "state-2")


@pytest.mark.catalogue(15)
@pytest.mark.parametrize("value", ["", "x", "%%%", "é", "A" * 10_000])
def test_a_garbled_cookie_is_an_unknown_state(value):
    with pytest.raises(StateUnknown):
        open_attempt({attempt().cookie_name: value}, "state-1")


@pytest.mark.catalogue(15)
@pytest.mark.parametrize("state", ["", "\0", "\udc80", "x" * 100_000])
def test_any_state_at_all_is_looked_up_without_an_error(rf, state):
    with pytest.raises(StateUnknown):
        open_attempt(cookies_after(rf, attempt()), state)


@pytest.mark.catalogue(15)
def test_the_time_is_part_of_the_seal(rf):
    cookies = cookies_after(rf, attempt())
    ((name, value),) = cookies.items()
    younger = cookies_after(rf, attempt(started_at=int(time.time()) + 60))[name]
    with pytest.raises(StateUnknown):
        open_attempt({name: younger[:5] + value[5:]}, "state-1")


@pytest.mark.catalogue(15)
def test_an_attempt_lives_one_hour(rf):
    old = attempt(started_at=int(time.time()) - LIFETIME_SECONDS - 1)
    with pytest.raises(AttemptExpired):
        open_attempt(cookies_after(rf, old), "state-1")


def test_a_cookie_is_http_only_lax_and_host_bound_on_https(rf):
    request, response = rf.get("/"), HttpResponse()
    made = attempt(redirect_uri="https://example.com/logto/callback/")
    store_attempt(request, response, made)
    (morsel,) = response.cookies.values()
    assert morsel.key.startswith("__Host-")
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (
        True,
        "Lax",
        "/",
    )
    assert morsel["secure"] and not morsel["domain"]
    assert open_attempt({morsel.key: morsel.value}, "state-1") == made


@pytest.mark.catalogue(11)
def test_three_hundred_abandoned_starts_stay_under_three_kilobytes(rf):
    cookies, now = {}, int(time.time())
    for number in range(300):
        newest = attempt(f"state-{number}", started_at=now + number, next_url="/" * 200)
        cookies = cookies_after(rf, newest, cookies)
    assert len(cookies) == 5
    assert sum(len(name) + len(value) for name, value in cookies.items()) < 3000
    assert open_attempt(cookies, "state-299") == newest


def test_thousands_of_planted_attempts_do_not_make_a_large_answer(rf):
    cookies = {f"logto_attempt_{number:016x}": "x" for number in range(3000)}
    request, response = rf.get("/"), HttpResponse()
    request.COOKIES.update(cookies)
    store_attempt(request, response, attempt())
    assert len(response.cookies.output()) < 4000
    assert len(response.cookies) > 10


@pytest.mark.catalogue(11, 15)
@pytest.mark.parametrize("value", ["", "%%%", "é", "AAAA", "A" * 20], ids=ascii)
def test_an_attempt_that_does_not_say_when_it_began_is_evicted(rf, value):
    name = attempt("state-2").cookie_name
    assert name not in cookies_after(rf, attempt(), {name: value})


def test_the_longest_next_still_leaves_room_for_itself(rf):
    cookies, now = {}, int(time.time())
    for number in range(5):
        newest = attempt(
            f"state-{number}",
            started_at=now + number,
            next_url="/" * 512,
            owner_id="5f0c5a0e-6a4e-4f55-9f0e-6f6f2f1f7a10",
        )
        cookies = cookies_after(rf, newest, cookies)
    assert sum(len(name) + len(value) for name, value in cookies.items()) < 3000
    assert open_attempt(cookies, "state-4") == newest


def test_other_peoples_cookies_are_left_alone(rf):
    mine = {"_session": "logto's", "sessionid": "django's"}
    assert mine.items() <= cookies_after(rf, attempt(), mine).items()


def test_a_completed_attempt_keeps_only_where_it_led(rf):
    left = open_attempt(cookies_after(rf, attempt().completed()), "state-1")
    assert left.is_completed
    assert (left.nonce, left.code_verifier) == ("", "")
    assert left.next_url == "/page/?a=b"


def test_no_secret_shows_in_a_repr():
    shown = repr(attempt())
    for secret in ("state-1", "nonce-of", "verifier-of"):
        assert secret not in shown


@pytest.mark.catalogue(16)
@pytest.mark.django_db
def test_an_attempt_is_claimed_once():
    made = attempt()
    assert claim_attempt(made)
    assert not claim_attempt(made)
    assert claim_attempt(attempt("state-2"))
    assert UsedAttempt.objects.count() == 2
