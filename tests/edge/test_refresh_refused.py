"""Logto says no to a refresh token, or nothing: what ends, and what does not."""

import json
import threading
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connections

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import store_tokens
from logto_auth.testing import Fault
from tests.asking import (
    ENDED,
    JSON,
    TOKEN,
    USERINFO,
    access_tokens,
    digest,
    row,
    said,
    stored,
)
from tests.journey import query_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

INVALID_GRANT = {"status": 400, "body": '{"error": "invalid_grant"}'}
#: What an administrator does to her, or she herself elsewhere.
ENDINGS = {
    "suspended": lambda logto: logto.suspend("alice"),
    "deleted": lambda logto: logto.delete("alice"),
    "revoked": lambda logto: logto.grants.revoke_all(logto.people["alice"].sub),
}
KEPT = {
    "no connection": ({"close": True}, 502, "provider_unreachable"),
    "500": ({"status": 500}, 502, "provider_response_invalid"),
    "502": ({"status": 502, "body": "<html>"}, 502, "provider_response_invalid"),
    "503": ({"status": 503}, 502, "provider_busy"),
    "429": ({"status": 429}, 502, "provider_busy"),
    "hangs": ({"hang": True}, 504, "provider_timeout"),
    "drips": ({"drip": 0.3}, 504, "provider_timeout"),
    "another application": (
        {"status": 401, "body": '{"error": "invalid_client"}'},
        502,
        "client_refused",
    ),
    "an error of another form": (
        {"status": 400, "body": '{"code": "oidc.invalid_grant"}'},
        502,
        "token_request_refused",
    ),
}


@pytest.fixture
def signed_in(asker, later):
    """A visitor whose access token has ended."""
    asker.sign_in("alice", next="/token/")
    later(ENDED)
    return asker


@pytest.mark.catalogue(89)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_dead_refresh_token_ends_the_session(signed_in, logto, caplog, ending):
    caplog.set_level("INFO", "logto_auth")
    path = f"/{signed_in.prefix}token/?resource="
    ENDINGS[ending](logto)
    answer = signed_in.client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/logto/sign-in/?")
    assert query_of(answer["Location"]) == {"next": path}
    assert not LogtoSession.objects.exists()
    assert not Session.objects.exists()
    assert said(caplog, "session_ended") == [
        {"reason": "refresh_refused", "cause": "invalid_grant"}
    ]
    assert said(caplog, "sign_in_required") == [{"reason": "refresh_refused"}]
    assert signed_in.client.get("/logto/user/").json() == {"isAuthenticated": False}


def test_who_may_comes_back_to_the_page(signed_in, logto):
    ENDINGS["revoked"](logto)
    start = signed_in.ask()["Location"]
    leaves = signed_in.client.get(start)["Location"]
    callback = signed_in.visitor.sign_in(leaves, "alice")
    back = signed_in.client.get(callback.removeprefix("http://testserver"))
    assert back["Location"] == f"/{signed_in.prefix}token/"
    assert signed_in.token()


def test_a_script_is_told_so(signed_in, logto):
    ENDINGS["suspended"](logto)
    answer = signed_in.ask(headers=JSON)
    assert answer.status_code == 401
    assert answer.json() == {"isAuthenticated": False, "signInUrl": "/logto/sign-in/"}
    assert "no-store" in answer["Cache-Control"]


def test_an_early_refresh_ends_it_too(asker, logto, later):
    asker.sign_in("alice")
    later(3545)
    ENDINGS["revoked"](logto)
    assert asker.ask().status_code == 302
    assert not LogtoSession.objects.exists()


@pytest.mark.catalogue(89)
def test_only_the_session_that_asked_ends(signed_in, logto):
    other = signed_in.beside()
    other.sign_in("alice")
    logto.faults.put(TOKEN, Fault(times=1, **INVALID_GRANT))
    assert signed_in.ask().status_code == 302
    assert LogtoSession.objects.count() == 1
    assert other.token()


@pytest.mark.catalogue(89)
def test_tokens_that_another_process_has_stored_meanwhile_are_used(signed_in, logto):
    theirs, answers = stored(), []
    known = access_tokens()[""]
    logto.faults.put(TOKEN, Fault(delay=0.5, times=1, **INVALID_GRANT))

    def ask():
        answers.append(signed_in.ask())
        connections.close_all()

    asking = threading.Thread(target=ask)
    asking.start()
    while row().lease_until == 0:
        time.sleep(0.01)
    entry = {"token": "of-another-process", "expiresAt": time.time() + 3000}
    theirs["accessTokenMap"] = json.dumps({"x": {"": entry}})
    assert store_tokens(row(), theirs, lease_until=0)
    asking.join()
    (answer,) = answers
    assert answer.status_code == 200, answer
    assert answer.json()["token"] == digest("of-another-process") != digest(known)
    assert LogtoSession.objects.count() == 1


@pytest.mark.catalogue(89)
@pytest.mark.parametrize("fault", KEPT)
def test_every_other_fault_keeps_everything(signed_in, logto, settings, fault):
    fields, status, code = KEPT[fault]
    patient = settings.LOGTO
    settings.LOGTO = {**patient, "TIMEOUT": 1}
    before = stored()
    logto.faults.put(TOKEN, Fault(**fields))
    answer = signed_in.ask()
    assert answer.status_code == status
    assert answer.context["error"].code == code
    assert answer.context["retry_url"] == f"/{signed_in.prefix}token/"
    script = signed_in.ask(headers=JSON)
    assert (script.status_code, script.json()) == (status, {"error": code})
    assert stored() == before
    assert row().lease_until == 0
    page = signed_in.client.get("/logto/user/").json()
    assert page["isAuthenticated"] is True
    logto.faults.clear()
    settings.LOGTO = patient
    assert signed_in.token()


@pytest.mark.parametrize("status", [429, 503])
def test_when_to_ask_again_is_passed_on(signed_in, logto, status):
    logto.faults.put(TOKEN, Fault(status=status, headers={"Retry-After": "30"}))
    assert signed_in.ask()["Retry-After"] == "30"
    assert signed_in.ask(headers=JSON)["Retry-After"] == "30"


class TestUserinfo:
    def test_it_is_stored(self, asker, logto):
        asker.sign_in("alice")
        logto.people["alice"].custom_data = {"plan": "platinum"}
        logto.people["alice"].name = "Alice L."
        logto.forget_calls()
        told = asker.userinfo().json()
        assert told["name"] == "Alice L."
        assert logto.count(USERINFO) == len(logto.calls) == 1
        account = row().account
        assert account.userinfo["name"] == "Alice L."
        assert account.last_sign_in_at is not None

    def test_a_revoked_access_token_is_replaced_once(self, asker, logto):
        asker.sign_in("alice")
        logto.forget_calls()
        logto.faults.put(USERINFO, Fault(status=401, times=1))
        assert asker.userinfo().status_code == 200
        assert (logto.count(USERINFO), logto.count(TOKEN)) == (2, 1)

    def test_it_is_not_replaced_for_ever(self, asker, logto):
        asker.sign_in("alice")
        logto.forget_calls()
        logto.faults.put(USERINFO, Fault(status=401))
        answer = asker.userinfo()
        assert answer.status_code == 502
        assert answer.context["error"].reason == "userinfo_status_401"
        assert (logto.count(USERINFO), logto.count(TOKEN)) == (2, 1)
        assert LogtoSession.objects.exists()

    def test_a_suspended_person_is_signed_out_by_it(self, asker, logto):
        asker.sign_in("alice")
        logto.suspend("alice")
        assert asker.userinfo().status_code == 302
        assert not LogtoSession.objects.exists()

    def test_that_of_somebody_else_is_refused(self, asker, logto):
        asker.sign_in("alice")
        before = row().account.userinfo
        logto.forge_userinfo = lambda told: {**told, "sub": "mallory", "name": "M"}
        answer = asker.userinfo()
        assert answer.status_code == 502
        assert answer.context["error"].reason == "userinfo_subject"
        assert row().account.userinfo == before
