"""Whose account it becomes: of who has asked, or of nobody."""

import threading
import time

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.db import connections
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession
from tests.edge.connect_journey import (
    CONNECT,
    assert_nothing_changed,
    code_of,
    is_signed_in_with_logto,
    visitor_of,
)
from tests.journey import Journey, at_once, path_of, query_of

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_logto_asks_although_somebody_is_signed_in_there(pats):
    somebody = Journey(pats.logto, Client())
    pats.visitor.sign_in(somebody.start(), "sofia")
    url = pats.leave()
    assert query_of(url)["prompt"] == "login consent"
    assert query_of(url)["max_age"] == "0"
    page = pats.visitor.open(url)
    assert not isinstance(page, str), "Logto must ask"
    assert pats.client.get(path_of(pats.visitor.sign_in(url, "alice"))).status_code
    assert LogtoAccount.objects.get().subject == pats.logto.people["alice"].sub


@pytest.mark.parametrize("age", [300, None], ids=["old", "absent"])
def test_a_sign_in_from_before_connects_nothing(pats, pat, age):
    def forge(claims, header):
        claims.pop("auth_time")
        told = {} if age is None else {"auth_time": int(time.time()) - age}
        return {**claims, **told}, header

    back = pats.back()
    pats.logto.forge_id_token = forge
    response = pats.client.get(back)
    assert code_of(response) == "token_invalid"
    assert response.context["error"].reason == "wrong_auth_time"
    assert_nothing_changed(pats, pat)


def test_the_visitor_may_take_their_time_at_logto(pats, monkeypatch):
    started = time.time() - 1800
    monkeypatch.setattr("logto_auth.web.sign_in.time.time", lambda: started)
    url = pats.leave()
    monkeypatch.undo()
    back = path_of(pats.visitor.sign_in(url, "alice"))

    def forge(claims, header):
        return {**claims, "auth_time": int(started) + 60}, header

    pats.logto.forge_id_token = forge
    assert pats.client.get(back).status_code == 302
    assert LogtoAccount.objects.exists()


def test_an_account_of_somebody_else_stays_theirs(pats, pat, heard):
    Journey(pats.logto, Client()).sign_in("alice")
    alice = LogtoAccount.objects.get().user
    response = pats.connect("alice", next="/protected/")
    assert (response.status_code, code_of(response)) == (
        409,
        "account_connected_elsewhere",
    )
    assert response.context["retry_url"] == "/logto/connect/?next=%2Fprotected%2F"
    assert LogtoAccount.objects.get().user == alice
    assert heard == []
    assert_nothing_changed(pats, pat)
    assert pats.connect("sofia").status_code == 302
    assert LogtoAccount.objects.get(user=pat).subject == pats.logto.people["sofia"].sub


def test_who_signed_out_meanwhile_connects_nothing(pats, pat, logto):
    back = pats.back()
    pats.client.post("/logto/sign-out/")
    logto.forget_calls()
    response = pats.client.get(back)
    assert (response.status_code, code_of(response)) == (400, "connecting_user_changed")
    assert response.context["retry_url"] == CONNECT
    assert logto.calls == [], "the code is not sent"
    assert not LogtoAccount.objects.exists()
    assert User.objects.get() == pat


@pytest.mark.django_db(transaction=True)
def test_who_signs_out_while_logto_answers_connects_nothing(logto, pat):
    journey = visitor_of(logto, pat)
    callback = journey.back()
    other_tab = Client()
    other_tab.cookies.update(journey.client.cookies)

    def meanwhile(document):
        # Logto is played on an event loop, where Django does not query.
        signs_out = threading.Thread(target=sign_out)
        signs_out.start()
        signs_out.join()
        return document

    def sign_out():
        other_tab.logout()
        connections.close_all()

    logto.forge_userinfo = meanwhile
    response = journey.client.get(callback)
    assert code_of(response) == "connecting_user_changed"
    assert not LogtoAccount.objects.exists()
    assert not LogtoSession.objects.exists()
    assert SESSION_KEY not in journey.client.session


def test_who_became_somebody_else_meanwhile_connects_nothing(pats, kim, logto):
    back = pats.back()
    pats.client.login(username="kim", password="secret")
    logto.forget_calls()
    assert code_of(pats.client.get(back)) == "connecting_user_changed"
    assert logto.calls == []
    assert not LogtoAccount.objects.exists()
    assert pats.client.get("/protected/").json()["user"] == "kim"


def test_who_became_somebody_else_through_logto_connects_nothing(pats, pat, logto):
    back = pats.back("alice")
    pats.visitor.cookies.clear()
    pats.sign_in("sofia")
    assert code_of(pats.client.get(back)) == "connecting_user_changed"
    assert not pat.logto_accounts.exists()
    assert LogtoAccount.objects.get().subject == logto.people["sofia"].sub


def test_who_signed_in_again_as_the_same_user_goes_on(pats, pat):
    back = pats.back()
    pats.client.post("/logto/sign-out/")
    pats.client.login(username="pat", password="secret")
    assert pats.client.get(back).status_code == 302
    assert pat.logto_accounts.exists()


def test_the_callback_works_in_no_other_browser(pats, pat, kim):
    kims = visitor_of(pats.logto, kim)
    assert code_of(kims.client.get(pats.back())) == "state_unknown"
    assert_nothing_changed(kims, kim)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_active": False}, "connecting_user_changed"),
        ({"password": "another"}, "connecting_user_changed"),
    ],
    ids=["inactive", "password"],
)
def test_who_may_not_be_signed_in_any_more_connects_nothing(pats, change, code):
    back = pats.back()
    User.objects.update(**change)
    assert code_of(pats.client.get(back)) == code
    assert not LogtoAccount.objects.exists()


def test_an_inactive_user_whom_another_backend_lets_in_is_refused(pats, pat, settings):
    backend = "django.contrib.auth.backends.AllowAllUsersModelBackend"
    settings.AUTHENTICATION_BACKENDS = [settings.AUTHENTICATION_BACKENDS[0], backend]
    pat.is_active = False
    pat.save()
    pats.client.force_login(pat, backend)
    assert code_of(pats.connect()) == "account_inactive"
    assert_nothing_changed(pats, pat)


@pytest.mark.django_db(transaction=True)
def test_a_user_who_is_deleted_while_logto_answers_connects_nothing(pats, pat, hooks):
    def may_sign_in(self, user):
        User.objects.filter(pk=user.pk).delete()
        return True

    hooks(may_sign_in=may_sign_in)
    assert code_of(pats.connect()) == "account_not_created"
    assert not LogtoAccount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_users_who_connect_one_account_at_once_one_gets_it(logto, pat, kim):
    journeys = {user: visitor_of(logto, user) for user in (pat, kim)}
    calls = [(user, j.client, j.back("alice")) for user, j in journeys.items()]

    def finish(user, client, back):
        response = client.get(back)
        return user, response.status_code, response.context

    results = at_once(finish, calls)
    winner = LogtoAccount.objects.get().user
    (loser,) = {pat, kim} - {winner}
    by_user = {user: (status, context) for user, status, context in results}
    assert by_user[winner][0] == 302
    assert by_user[loser][0] == 409
    assert by_user[loser][1]["error"].code == "account_connected_elsewhere"
    assert is_signed_in_with_logto(journeys[winner].client)
    assert_nothing_changed(journeys[loser], loser)
    assert LogtoSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_connecting_and_a_first_sign_in_at_once_leave_one_owner(logto, pat):
    pats, stranger = visitor_of(logto, pat), Journey(logto, Client())
    calls = [(pats.client, pats.back()), (stranger.client, stranger.callback_url())]
    statuses = at_once(lambda client, url: client.get(url).status_code, calls)
    owner = LogtoAccount.objects.get().user
    assert statuses.count(302) == (2 if owner == pat else 1)
    assert stranger.client.get("/protected/").json()["user"] == owner.get_username()
    assert pats.client.get("/protected/").json()["user"] == "pat"
