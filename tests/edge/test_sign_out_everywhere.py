"""Signing out of all browsers at once, by the person or by the site."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from logto_auth.shortcuts import asign_out_everywhere, sign_out_everywhere
from logto_auth.testing import Fault
from tests.journey import Journey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]
REVOCATION = "/oidc/token/revocation"


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.fixture
def sign_in(logto):
    """Sign somebody in, with a browser of their own; return the site's side of it."""

    def sign_in(username):
        journey = Journey(logto, Client())
        assert journey.sign_in(username).status_code == 302
        return journey.client

    return sign_in


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


def refresh_tokens():
    return [open_tokens(row)["refreshToken"] for row in LogtoSession.objects.all()]


def test_the_page_offers_it_to_who_signed_in_with_logto(sign_in):
    page = sign_in("alice").get("/logto/sign-out/").content.decode()
    assert re.search(r'<button [^>]*name="everywhere" value="1">', page)
    local = Client()
    local.force_login(
        get_user_model().objects.create_user("pat"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = local.get("/logto/sign-out/").content.decode()
    assert "Do you want to sign out?" in page
    assert "everywhere" not in page


def test_every_browser_of_the_person_is_out_and_nobody_else(engine, sign_in, logto):
    phone, laptop, sofia = sign_in("alice"), sign_in("alice"), sign_in("sofia")
    answer = phone.post("/logto/sign-out/", {"everywhere": "1"})
    assert "/oidc/session/end?" in answer.content.decode()
    assert [is_signed_in(c) for c in (phone, laptop, sofia)] == [False, False, True]
    assert LogtoSession.objects.count() == 1


def test_without_it_the_others_stay_signed_in(engine, sign_in):
    phone, laptop = sign_in("alice"), sign_in("alice")
    phone.post("/logto/sign-out/")
    assert [is_signed_in(c) for c in (phone, laptop)] == [False, True]


def test_what_was_granted_to_all_of_them_is_revoked(sign_in, logto):
    phone, _laptop, _tablet = sign_in("alice"), sign_in("alice"), sign_in("alice")
    tokens = refresh_tokens()
    assert all(logto.grants.is_alive(token) for token in tokens)
    logto.forget_calls()
    phone.post("/logto/sign-out/", {"everywhere": "1"})
    assert logto.count(REVOCATION) == 3
    assert not any(logto.grants.is_alive(token) for token in tokens)


def test_with_logto_down_all_are_out_here_and_it_is_told(sign_in, logto):
    phone, laptop = sign_in("alice"), sign_in("alice")
    logto.faults.put(REVOCATION, Fault(close=True))
    answer = phone.post("/logto/sign-out/", {"everywhere": "1"})
    assert "may still know you in this browser" in answer.content.decode()
    assert [is_signed_in(c) for c in (phone, laptop)] == [False, False]


def test_a_link_signs_nobody_out(sign_in):
    phone, laptop = sign_in("alice"), sign_in("alice")
    phone.get("/logto/sign-out/?everywhere=1")
    phone.post("/logto/sign-out/?everywhere=1")
    assert [is_signed_in(c) for c in (phone, laptop)] == [False, True]


def test_the_sites_code_does_it_for_a_user(engine, sign_in, logto):
    phone, laptop, sofia = sign_in("alice"), sign_in("alice"), sign_in("sofia")
    tokens = refresh_tokens()
    alice = get_user_model().objects.get(username="alice")
    assert sign_out_everywhere(alice) == 2
    assert [is_signed_in(c) for c in (phone, laptop, sofia)] == [False, False, True]
    assert sum(logto.grants.is_alive(token) for token in tokens) == 1
    assert sign_out_everywhere(alice) == 0


def test_the_sites_code_is_not_stopped_by_a_logto_that_is_down(sign_in, logto, caplog):
    phone = sign_in("alice")
    logto.faults.put(REVOCATION, Fault(status=500))
    assert sign_out_everywhere(get_user_model().objects.get()) == 1
    assert not is_signed_in(phone)
    assert "sign_out_incomplete" in caplog.text


async def test_on_an_event_loop_too(journey_async):
    await journey_async.sign_in("alice")
    alice = await get_user_model().objects.aget()
    assert await asign_out_everywhere(alice) == 1
    state = await journey_async.client.get("/logto/user/")
    assert state.json() == {"isAuthenticated": False}


@pytest.mark.parametrize("path", ["/logto/sign-out/", "/logto/signed-out/"])
def test_who_left_logtos_page_is_told_that_it_was_not_done(path, sign_in):
    alice = sign_in("alice")
    alice.post("/logto/sign-out/")
    # And there the visitor has gone back, or somewhere else.
    page = alice.get(path).content.decode()
    assert "Almost signed out" in page
    assert "may still know you in this browser" in page
    assert "Finish signing out" in page
    again = alice.post("/logto/sign-out/").content.decode()
    assert "/oidc/session/end?" in again
