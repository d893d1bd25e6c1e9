"""Refresh tokens that Logto replaces, and answers that must change nothing."""

import json

import pytest

from logto_auth.testing import Fault
from tests.asking import ENDED, JSON, TOKEN, access_tokens, row, stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]


def without(*names):
    return lambda told: {name: told[name] for name in told if name not in names}


def with_(**members):
    return lambda told: {**told, **members}


#: Answers that the token endpoint gives with status 200.
WRONG = {
    "no access token": without("access_token"),
    "an access token that is a number": with_(access_token=7),
    "an empty access token": with_(access_token=""),
    "an access token of two lines": with_(access_token="a\nb"),
    "no type": without("token_type"),
    "another type": with_(token_type="mac"),
    "a refresh token that is null": with_(refresh_token=None),
    "an empty refresh token": with_(refresh_token=""),
    "an ID token that is a number": with_(id_token=7),
    "a list": lambda told: [told],
    "null": lambda told: None,
    "a page": lambda told: b"<!doctype html><title>Maintenance</title>",
    "nothing": lambda told: b"",
    "a half": lambda told: json.dumps(told).encode()[:-20],
    "no UTF-8": lambda told: b'{"access_token": "\xff"}',
}


@pytest.mark.catalogue(86)
def test_the_new_one_is_stored_and_used_from_then_on(rotating, logto, later):
    old = stored()["refreshToken"]
    first = rotating.token()
    new = stored()["refreshToken"]
    assert new != old
    later(ENDED)
    second = rotating.token()
    assert second != first
    assert stored()["refreshToken"] == new
    assert new in logto.refresh_tokens
    assert logto.count(TOKEN) == 2


@pytest.mark.catalogue(88)
@pytest.mark.conformance("oidcc-client-test-refresh-token")
def test_one_that_stays_the_same_goes_on_being_used(asker, logto, later):
    asker.sign_in("alice")
    kept, seen = stored()["refreshToken"], []
    for _ in range(3):
        later(ENDED)
        seen.append(asker.token())
        assert stored()["refreshToken"] == kept
    assert len(set(seen)) == 3


@pytest.mark.catalogue(88)
def test_an_answer_without_one_leaves_the_one_that_was_sent(asker, logto, later):
    asker.sign_in("alice")
    kept = stored()["refreshToken"]
    logto.forge_token_response = without("refresh_token")
    later(ENDED)
    first = asker.token()
    assert stored()["refreshToken"] == kept
    later(ENDED)
    assert asker.token() != first


@pytest.mark.catalogue(88)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_changes_nothing_and_holds_nobody_up(rotating, logto, wrong):
    before, version = stored(), row().version
    logto.forge_token_response = WRONG[wrong]
    answer = rotating.ask()
    assert answer.status_code == 502
    assert answer.context["error"].code == "provider_response_invalid"
    assert rotating.ask(headers=JSON).json() == {"error": "provider_response_invalid"}
    assert stored() == before
    assert (row().version, row().lease_until) == (version, 0)
    logto.stop_forging()
    # In the seconds in which Logto still takes the one that it has replaced.
    assert rotating.token()
    assert stored()["refreshToken"] in logto.refresh_tokens


@pytest.mark.parametrize(
    "spoiled",
    [{"close": True}, {"reset": True}, {"cut": 40}, {"status": 502, "body": "bad"}],
    ids=["closed", "reset", "cut", "bad gateway"],
)
def test_an_answer_that_is_lost_is_asked_for_again_in_time(rotating, logto, spoiled):
    logto.faults.put(TOKEN, Fault(after=True, times=1, **spoiled))
    before = stored()
    assert rotating.ask().status_code == 502
    assert stored() == before
    assert rotating.token()
    assert stored()["refreshToken"] != before["refreshToken"]
    assert stored()["refreshToken"] in logto.refresh_tokens


@pytest.mark.catalogue(86)
def test_a_view_that_fails_afterwards_does_not_lose_it(rotating, logto):
    rotating.client.raise_request_exception = False
    old = stored()["refreshToken"]
    path = f"/{rotating.prefix}token/"
    assert rotating.client.get(path, {"fail": 1}).status_code == 500
    assert stored()["refreshToken"] != old
    assert stored()["refreshToken"] in logto.refresh_tokens
    assert rotating.token()
    assert logto.count(TOKEN) == 1


def test_only_what_lives_is_kept(asker, logto, api, later):
    asker.sign_in("alice")
    asker.token(api)
    assert set(access_tokens()) == {"", api}
    later(ENDED)
    asker.token()
    assert set(access_tokens()) == {""}
