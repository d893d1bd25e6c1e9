"""``request.logto.get_access_token``: the one that is there, or one refresh."""

import threading
import time

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from logto_auth.models import LogtoSession
from logto_auth.testing import Fault, Resource
from tests.asking import (
    API,
    ENDED,
    SOON,
    TOKEN,
    access_tokens,
    digest,
    row,
    said,
    stored,
)
from tests.journey import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

FAULTS = {
    "refused": {"status": 403, "body": '{"error": "access_denied"}'},
    "of another application": {"status": 401, "body": '{"error": "invalid_client"}'},
    "500": {"status": 500},
    "503": {"status": 503, "headers": {"Retry-After": "30"}},
    "429": {"status": 429},
    "no JSON": {"status": 200, "body": "<html>"},
    "hangs": {"hang": True},
    "breaks off": {"close": True},
}
#: Django's session and user, and our row.
SIGNED_IN = 3
#: The lease, and the tokens with the claims.
REFRESH = 2


def test_that_of_the_sign_in_is_used_as_long_as_it_lives(asker, logto, later):
    asker.sign_in("alice")
    first = asker.token()
    logto.forget_calls()
    later(SOON - 30)
    assert asker.token() == first == digest(access_tokens()[""])
    assert logto.calls == []


def test_a_new_one_is_asked_for_a_minute_before_the_end(asker, logto, later):
    asker.sign_in("alice")
    first = asker.token()
    later(SOON)
    logto.forget_calls()
    second = asker.token()
    assert second != first
    assert asker.token() == second
    assert logto.count(TOKEN) == 1


def test_one_that_has_ended_is_never_used(asker, logto, later):
    asker.sign_in("alice")
    first = asker.token()
    later(ENDED)
    logto.faults.put(TOKEN, Fault(status=500))
    assert asker.ask().status_code == 502
    logto.faults.clear()
    assert asker.token() != first


def test_one_for_an_api_is_asked_for_once(asker, logto, api):
    asker.sign_in("alice")
    logto.forget_calls()
    assert asker.token(api) == asker.token(api) == digest(access_tokens()[API])
    assert logto.count(TOKEN) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_one_that_cannot_be_renewed_early_is_used(
    asker, logto, later, settings, caplog, fault
):
    patient = settings.LOGTO
    asker.sign_in("alice")
    first = asker.token()
    later(SOON)
    settings.LOGTO = {**patient, "TIMEOUT": 1}
    logto.faults.put(TOKEN, Fault(**FAULTS[fault]))
    assert asker.token() == first
    assert said(caplog, "token_refresh_failed")
    logto.faults.clear()
    settings.LOGTO = patient
    assert asker.token() != first, "nobody holds the row any more"


def test_who_comes_while_it_is_renewed_uses_the_one_that_still_lives(
    journey, logto, later
):
    journey.sign_in("alice")
    first = journey.client.get("/token/").json()["token"]
    later(SOON)
    logto.faults.put(TOKEN, Fault(delay=1))
    got = {}

    def hold():
        got["holder"] = journey.client.get("/token/").json()["token"]
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    wait_for(lambda: row().lease_until > time.time())
    got["other"] = journey.client.get("/token/").json()["token"]
    assert "holder" not in got, "it has not waited"
    holder.join()
    assert got["other"] == first != got["holder"]
    assert logto.count(TOKEN) == 2  # the sign-in and one refresh


def wait_for(condition):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never was")


def test_one_of_a_minute_is_renewed_after_half_of_it(asker, logto, api, later):
    logto.resources[API] = Resource(API, access_token_seconds=60)
    asker.sign_in("alice")
    first = asker.token(api)
    later(20)
    assert asker.token(api) == first
    later(15)
    logto.faults.put(TOKEN, Fault(status=500))
    assert asker.token(api) == first
    logto.faults.clear()
    second = asker.token(api)
    assert second != first
    logto.faults.put(TOKEN, Fault(status=500))
    later(65)
    assert asker.ask(api).status_code == 502


@pytest.mark.parametrize("seconds", [0, -1, "soon", None, True])
def test_one_whose_life_nobody_knows_is_used_once(asker, logto, seconds):
    asker.sign_in("alice")
    logto.forge_token_response = lambda told: {**told, "expires_in": seconds}
    asker.clear()
    logto.forget_calls()
    assert asker.token() != asker.token()
    assert logto.count(TOKEN) == 2


@pytest.mark.catalogue(86)
def test_fifty_who_need_a_new_one_at_once_cost_one_refresh(journey, logto, later):
    journey.sign_in("alice")
    later(ENDED)
    logto.forget_calls()
    logto.faults.put(TOKEN, Fault(delay=0.3))
    answers = at_once(lambda path: journey.client.get(path), [("/token/",)] * 50)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["token"] for answer in answers} == {
        digest(access_tokens()[""])
    }
    assert logto.count(TOKEN) == 1


def test_without_a_refresh_token_it_is_used_to_its_end(asker, later, settings):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile"]}
    asker.sign_in("alice")
    first = asker.token()
    later(SOON)
    assert asker.token() == first
    later(ENDED - SOON)
    answer = asker.ask()
    assert answer.status_code == 302
    asker.sign_in("alice", next="/token/")
    assert asker.token() != first


def test_clearing_them_brings_new_ones(asker, logto, api):
    asker.sign_in("alice")
    before = asker.token(), asker.token(api)
    refresh_token = stored()["refreshToken"]
    asker.clear()
    assert stored()["refreshToken"] == refresh_token
    logto.forget_calls()
    assert asker.token() != before[0]
    assert asker.token(api) != before[1]
    assert logto.count(TOKEN) == 2


@pytest.mark.parametrize(
    ("seconds", "queries", "calls"),
    [(0, SIGNED_IN, 0), (ENDED, SIGNED_IN + REFRESH, 1)],
)
def test_what_a_page_costs(journey, logto, later, seconds, queries, calls):
    journey.sign_in("alice")
    later(seconds)
    journey.logto.forget_calls()
    with CaptureQueriesContext(connection) as context:
        assert journey.client.get("/token/").status_code == 200
    assert len(context) == queries, context.captured_queries
    assert logto.count(TOKEN) == calls
    assert not LogtoSession.objects.filter(lease_until__gt=0).exists()
