"""``RECHECK_SECONDS``: pages ask Logto from time to time whether a session holds."""

import threading
import time

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.models import LogtoSession
from logto_auth.testing import Fault
from tests.asking import TOKEN, USERINFO, row, said, stored
from tests.journey import Journey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

INTERVAL = 600
PAUSE = 60


@pytest.fixture
def checking(settings):
    settings.LOGTO = {**settings.LOGTO, "RECHECK_SECONDS": INTERVAL}


@pytest.fixture
def signed_in(asker, checking, logto):
    asker.sign_in("alice")
    logto.forget_calls()
    return asker


def is_in(asker):
    answer = asker.page()
    return answer.status_code == 200 and answer.json()["user"] != ""


def test_by_default_a_page_costs_nothing_and_asks_nothing(asker, logto, later):
    asker.sign_in("alice")
    later(7 * 24 * 3600)
    logto.forget_calls()
    with CaptureQueriesContext(connection) as context:
        home = asker.client.get("/")
    assert len(context) == 0
    assert "Vary" not in home
    assert asker.page().status_code == 200
    assert logto.calls == []


def test_it_asks_once_in_that_time(signed_in, logto, later):
    later(INTERVAL - 10)
    assert is_in(signed_in)
    assert logto.calls == []
    later(20)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == len(logto.calls) == 1
    later(INTERVAL - 20)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 1
    later(30)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 2


def test_each_session_is_asked_for_by_itself(signed_in, logto, later):
    other = signed_in.beside()
    other.sign_in("sofia")
    later(INTERVAL + 1)
    logto.forget_calls()
    assert is_in(signed_in) and is_in(other)
    assert logto.count(TOKEN) == 2


@pytest.mark.parametrize("what", ["suspend", "delete"])
def test_who_may_not_any_more_is_out_at_the_next_page(
    signed_in, logto, later, caplog, what
):
    caplog.set_level("INFO", "logto_auth")
    getattr(logto, what)("alice")
    later(INTERVAL - 10)
    assert is_in(signed_in)
    later(20)
    assert not is_in(signed_in)
    assert not LogtoSession.objects.exists()
    assert signed_in.known() is None
    (told,) = said(caplog, "session_ended")
    assert told["reason"] == "refresh_refused"


def test_other_roles_are_there_on_the_page_that_asked(signed_in, logto, later):
    logto.people["alice"].roles = ("editor",)
    later(INTERVAL + 1)
    assert signed_in.page().json()["claims"]["roles"] == ["editor"]
    assert signed_in.known()["roles"] == ["editor"]


def test_a_token_that_a_page_has_just_got_answers_the_question(signed_in, logto, later):
    later(INTERVAL - 100)
    signed_in.clear()
    signed_in.token()
    later(110)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 1


def test_a_page_that_wants_a_token_too_asks_once(signed_in, logto, later):
    later(INTERVAL + 1)
    assert signed_in.token()
    assert logto.count(TOKEN) == 1


@pytest.mark.parametrize("fault", [{"status": 500}, {"close": True}, {"hang": True}])
def test_when_logto_is_down_pages_are_shown_and_ask_again_after_a_pause(
    signed_in, logto, later, settings, caplog, fault
):
    patient = settings.LOGTO
    settings.LOGTO = {**patient, "TIMEOUT": 1}
    later(INTERVAL + 1)
    before = stored()
    logto.faults.put(TOKEN, Fault(**fault))
    assert is_in(signed_in)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 1
    assert len(said(caplog, "recheck_failed")) == 1
    assert stored() == before
    assert row().lease_until == 0
    later(PAUSE - 10)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 1
    later(20)
    logto.faults.clear()
    settings.LOGTO = patient
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 2
    later(PAUSE + 10)
    assert is_in(signed_in)
    assert logto.count(TOKEN) == 2, "it is answered, for the whole time"


def test_two_tabs_ask_once_and_neither_waits_for_the_other(
    journey, checking, logto, later
):
    journey.sign_in("alice")
    later(INTERVAL + 1)
    logto.forget_calls()
    logto.faults.put(TOKEN, Fault(delay=1))
    answers = []

    def first():
        answers.append(("first", journey.client.get("/protected/").status_code))
        connections.close_all()

    tab = threading.Thread(target=first)
    tab.start()
    while row().lease_until < time.time():
        time.sleep(0.01)
    answers.append(("second", journey.client.get("/protected/").status_code))
    tab.join()
    assert answers == [("second", 200), ("first", 200)]
    assert logto.count(TOKEN) == 1
    assert journey.client.get("/protected/").status_code == 200
    assert logto.count(TOKEN) == 1


def test_without_a_refresh_token_nothing_is_asked(
    asker, checking, logto, later, settings, caplog
):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile"]}
    asker.sign_in("alice")
    logto.forget_calls()
    later(INTERVAL + 1)
    assert is_in(asker)
    assert is_in(asker)
    assert logto.calls == []
    assert [told["reason"] for told in said(caplog, "recheck_failed")] == [
        "no_refresh_token"
    ]


def test_nobody_is_asked_about_who_did_not_sign_in_with_logto(checking, logto, later):
    user = get_user_model().objects.create_user("pat")
    client = Client()
    assert client.get("/").status_code == 200
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    later(INTERVAL + 1)
    assert client.get("/protected/").status_code == 200
    assert logto.calls == []


def test_who_signed_in_before_it_was_on_is_asked_about_too(
    asker, logto, later, settings
):
    asker.sign_in("alice")
    logto.suspend("alice")
    later(INTERVAL + 1)
    settings.LOGTO = {**settings.LOGTO, "RECHECK_SECONDS": INTERVAL}
    assert not is_in(asker)


def test_what_it_costs(logto, client, checking, later):
    journey = Journey(logto, client)
    journey.sign_in("alice")
    journey.client.get("/protected/")
    with CaptureQueriesContext(connection) as between:
        journey.client.get("/protected/")
    later(INTERVAL + 1)
    logto.forget_calls()
    with CaptureQueriesContext(connection) as asking:
        journey.client.get("/protected/")
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    counted = [
        len([query for query in context if not query["sql"].startswith(control)])
        for context in (between, asking)
    ]
    # Our row three times: read, leased, stored; and the session, saved once.
    assert counted == [2, 2 + 3 + 1], asking.captured_queries
    assert [call.path for call in logto.calls] == [TOKEN]
    assert logto.count(USERINFO) == 0
