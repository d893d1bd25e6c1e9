"""Access tokens in a view that runs in a transaction, which may fail afterwards."""

import threading
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections, transaction
from django.db.backends.signals import connection_created
from django.http import JsonResponse
from django.urls import path

from logto_auth.models import LogtoSession
from tests.asking import (
    API,
    ENDED,
    ROTATION,
    TOKEN,
    LoopClient,
    access_tokens,
    digest,
    row,
    stored,
    was_rotated,
)
from tests.urls import urlpatterns as site_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

holding, goes_on = threading.Event(), threading.Event()


def in_a_block(request):
    with transaction.atomic():
        token = request.logto.get_access_token()
        if "fail" in request.GET:
            raise RuntimeError("the view failed after it had its token")
    return JsonResponse({"token": digest(token)})


def two_in_a_block(request):
    with transaction.atomic():
        tokens = [request.logto.get_access_token(wanted) for wanted in (None, API)]
        return JsonResponse({"tokens": [digest(token) for token in tokens]})


def holds_the_transaction(request):
    with transaction.atomic():
        token = request.logto.get_access_token()
        holding.set()
        goes_on.wait(10)
    return JsonResponse({"token": digest(token)})


def has_locked_the_row(request):
    with transaction.atomic():
        LogtoSession.objects.update(sid="locked")
        return JsonResponse({"token": digest(request.logto.get_access_token())})


urlpatterns = [
    *site_urls,
    path("in-a-block/", in_a_block),
    path("two-in-a-block/", two_in_a_block),
    path("holds/", holds_the_transaction),
    path("has-locked/", has_locked_the_row),
]


@pytest.fixture
def rotating(journey, later, logto, api, settings):
    """A visitor whose refresh token Logto will replace."""
    settings.ROOT_URLCONF = __name__
    journey.client.raise_request_exception = False
    journey.sign_in("alice")
    later(ROTATION)
    logto.forget_calls()
    return journey


@pytest.fixture
def failing(rotating):
    """The same; `failing()` has a view fail after it has its token."""
    return lambda path: rotating.client.get(path, {"fail": 1})


@pytest.mark.catalogue(86)
def test_what_was_rotated_survives_a_view_that_fails(rotating, failing, logto, atomic):
    old = stored()["refreshToken"]
    assert failing("/token/").status_code == 500
    assert was_rotated(logto, old)
    assert rotating.client.get("/token/").status_code == 200
    assert logto.count(TOKEN) == 1


def test_it_does_in_a_sync_view_beside_a_loop(rotating, logto, atomic):
    old, client = stored()["refreshToken"], LoopClient(raise_request_exception=False)
    client.cookies = rotating.client.cookies
    assert client.get("/token/", {"fail": 1}).status_code == 500
    assert was_rotated(logto, old)
    assert client.get("/token/").status_code == 200
    assert logto.count(TOKEN) == 1


@pytest.mark.catalogue(86)
def test_it_survives_a_block_that_fails(rotating, failing, logto):
    old = stored()["refreshToken"]
    assert failing("/in-a-block/").status_code == 500
    assert was_rotated(logto, old)
    assert rotating.client.get("/token/").status_code == 200
    assert logto.count(TOKEN) == 1


@pytest.mark.parametrize("path", ["/two-in-a-block/", "/token/"])
def test_all_of_one_transaction_are_kept(rotating, logto, atomic, path):
    assert rotating.client.get("/two-in-a-block/").status_code == 200
    assert set(access_tokens()) == {"", API}
    assert logto.count(TOKEN) == 2
    rotating.client.get(path)
    assert logto.count(TOKEN) == 2
    assert row().lease_until == 0


def test_a_session_that_logto_has_ended_stays_so(rotating, failing, logto, atomic):
    logto.suspend("alice")
    assert rotating.client.get("/token/").status_code == 302
    assert not LogtoSession.objects.exists()
    assert not Session.objects.exists()
    assert rotating.client.get("/logto/user/").json() == {"isAuthenticated": False}


def test_logto_down_changes_nothing(rotating, logto, atomic):
    from logto_auth.testing import Fault

    before = stored()
    logto.faults.put(TOKEN, Fault(status=500))
    assert rotating.client.get("/token/").status_code == 502
    assert stored() == before
    logto.faults.clear()
    assert rotating.client.get("/token/").status_code == 200


@pytest.mark.parametrize(("seconds", "more"), [(0, 0), (ENDED, 1)])
def test_only_a_refresh_takes_a_connection_of_its_own(
    journey, later, atomic, seconds, more
):
    journey.sign_in("alice")
    later(seconds)
    opened = set()  # MariaDB's backend tells twice of one

    def note(**told):
        opened.add(threading.current_thread())

    connection_created.connect(note)
    try:
        assert journey.client.get("/token/").status_code == 200
    finally:
        connection_created.disconnect(note)
    # On SQLite it would find no place to write in.
    assert len(opened) == (0 if connection.vendor == "sqlite" else more)


def test_others_use_it_while_the_transaction_is_open(rotating, logto):
    """Also on SQLite, where it cannot be saved yet."""
    holding.clear()
    goes_on.clear()
    answers = []

    def hold():
        answers.append(rotating.client.get("/holds/"))
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(10)
    try:
        other = rotating.client.get("/token/").json()["token"]
        beside = rotating.client.get("/in-a-block/").json()["token"]
    finally:
        goes_on.set()
        holder.join()
    assert other == beside == answers[0].json()["token"] == digest(access_tokens()[""])
    assert logto.count(TOKEN) == 1


def test_a_row_that_the_view_itself_has_locked_is_told_in_time(rotating, settings):
    patient = settings.LOGTO
    settings.LOGTO = {**patient, "TIMEOUT": 1}
    began = time.monotonic()
    answer = rotating.client.get("/has-locked/")
    took = time.monotonic() - began
    for thread in threading.enumerate():
        if thread.name == "logto tokens":
            thread.join()
    if connection.vendor == "sqlite":  # where nothing is written beside it
        assert answer.status_code == 200
        return
    assert answer.status_code == 504
    assert answer.context["error"].code == "provider_timeout"
    assert 1 <= took < 3
    settings.LOGTO = patient
    assert rotating.client.get("/token/").status_code == 200


def test_a_hook_gets_one_during_the_sign_in(journey, logto, api, hooks, atomic):
    got = []

    def after_sign_in(self, user, account, *, is_new, next_url):
        got.append(digest(self.request.logto.get_access_token(API)))

    hooks(after_sign_in=after_sign_in)
    assert journey.sign_in("alice").status_code == 302
    assert got == [digest(access_tokens()[API])]
