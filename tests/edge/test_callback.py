"""The callback: every case of docs/callback.md."""

import threading
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db
User = get_user_model()


def changed(url, **parameters):
    """Return the callback with parameters replaced, or removed when None."""
    parts = urlsplit(url)
    kept = [(n, v) for n, v in parse_qsl(parts.query) if n not in parameters]
    added = [(n, v) for n, v in parameters.items() if v is not None]
    return f"{parts.path}?{urlencode([*kept, *added])}"


def code_of(response):
    return response.context["error"].code


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


def attempts_of(client):
    return {
        name
        for name, morsel in client.cookies.items()
        if "logto_attempt_" in name and morsel["max-age"] != 0
    }


@pytest.mark.conformance("oidcc-client-test")
def test_the_visitor_is_signed_in_and_on_their_page(journey):
    response = journey.sign_in(next="/protected/")
    assert (response.status_code, response["Location"]) == (302, "/protected/")
    page = journey.client.get("/protected/").json()
    assert page["user"] == "alice"
    assert page["claims"]["sub"] == journey.logto.people["alice"].sub


@pytest.mark.catalogue(29, 30)
def test_the_session_key_changes_and_what_an_anonymous_visitor_had_stays(journey):
    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    journey.client.cookies["sessionid"] = session.session_key
    journey.sign_in()
    assert journey.client.cookies["sessionid"].value != session.session_key
    assert journey.client.session["cart"] == ["tea"]


@pytest.mark.catalogue(15)
def test_an_unknown_state_keeps_session_and_attempts(journey):
    journey.sign_in()
    journey.start(prompt="login")
    before = attempts_of(journey.client)
    response = journey.client.get("/logto/callback/?state=unknown&code=x")
    assert (response.status_code, code_of(response)) == (400, "state_unknown")
    assert "Try again" in response.content.decode()
    assert is_signed_in(journey.client)
    assert attempts_of(journey.client) == before


@pytest.mark.catalogue(15, 28)
def test_a_callback_finished_by_somebody_else_signs_nobody_in(journey, logto):
    url = journey.callback_url()
    victim = Client()
    response = victim.get(url)
    assert code_of(response) == "state_unknown"
    assert not is_signed_in(victim)
    assert logto.count("/oidc/token") == 0


@pytest.mark.catalogue(15)
@pytest.mark.parametrize("state", [None, "", "\0", "x" * 100_000, "é"])
def test_any_state_is_answered_with_a_page(journey, state):
    response = journey.client.get(changed(journey.callback_url(), state=state))
    assert response.status_code == 400
    assert not is_signed_in(journey.client)


@pytest.mark.catalogue(15)
def test_an_attempt_older_than_an_hour_has_expired(journey, monkeypatch):
    url = journey.callback_url()
    now = time.time()
    monkeypatch.setattr("logto_auth.sessions.attempts.time.time", lambda: now + 3700)
    response = journey.client.get(url)
    assert (response.status_code, code_of(response)) == (400, "attempt_expired")


@pytest.mark.catalogue(15, 16, 17)
def test_a_used_callback_leads_a_signed_in_visitor_to_their_page(journey):
    url = journey.callback_url(next="/protected/")
    journey.client.get(url)
    journey.logto.forget_calls()
    response = journey.client.get(url)
    assert response["Location"] == "/protected/"
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(15, 16, 34)
def test_a_used_callback_starts_over_once_for_a_signed_out_visitor(journey):
    url = journey.callback_url(next="/protected/")
    (spent_cookie,) = attempts_of(journey.client)
    journey.client.get(url)
    journey.client.cookies.pop("sessionid")
    again = journey.client.get(url)
    assert again["Location"].startswith(f"{journey.logto.endpoint}/oidc/auth?")
    assert again.cookies[spent_cookie]["max-age"] == 0
    second = journey.visitor.open(again["Location"])
    journey.client.get(changed(second, x=None))
    journey.client.cookies.pop("sessionid")
    response = journey.client.get(changed(second, x=None))
    assert (response.status_code, code_of(response)) == (400, "attempt_used")


def test_no_parameters_is_a_sign_in_that_was_not_finished(journey):
    journey.start()
    before = attempts_of(journey.client)
    response = journey.client.get("/logto/callback/")
    assert response.status_code == 200
    assert "The sign-in was not finished" in response.content.decode()
    assert attempts_of(journey.client) == before


def test_access_denied_is_cancelled_not_failed(journey):
    state = query_of(journey.start(next="/a/"))["state"]
    response = journey.client.get(
        "/logto/callback/",
        {
            "error": "access_denied",
            "error_description": "No.",
            "state": state,
            "iss": journey.logto.issuer,
        },
    )
    assert (response.status_code, code_of(response)) == (403, "access_denied")
    assert "You were not signed in" in response.content.decode()
    assert attempts_of(journey.client) == set()


def test_the_applications_access_control_is_access_denied(journey):
    journey.visitor.sign_in(journey.start(), "alice")
    journey.logto.application.access_control_denied = {"alice"}
    callback = journey.visitor.open(journey.start())
    response = journey.client.get(changed(callback, x=None))
    assert code_of(response) == "access_denied"


@pytest.mark.catalogue(34)
def test_another_error_has_its_own_page_and_keeps_the_session(journey):
    journey.sign_in()
    url = journey.start(prompt="none")
    journey.visitor.cookies.clear()
    callback = journey.visitor.open(url)
    response = journey.client.get(changed(callback, x=None))
    assert (response.status_code, code_of(response)) == (400, "authorization_refused")
    assert response.context["error"].reason == "login_required"
    assert is_signed_in(journey.client)


@pytest.mark.catalogue(18)
def test_an_error_with_a_foreign_state_signs_nobody_out(journey):
    journey.sign_in()
    response = journey.client.get(
        "/logto/callback/", {"error": "access_denied", "state": "foreign"}
    )
    assert code_of(response) == "state_unknown"
    assert is_signed_in(journey.client)


@pytest.mark.catalogue(20, 21, 22)
@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"error": "server_error"}, "code_and_error"),
        ({"iss": "https://evil.example/oidc"}, "wrong_issuer"),
        ({"iss": None}, "wrong_issuer"),
        ({"code": None}, "code"),
        ({"code": ""}, "code"),
        ({"code": "x" * 5000}, "code"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(journey, parameters, reason):
    response = journey.client.get(changed(journey.callback_url(), **parameters))
    assert code_of(response) == "authorization_response_invalid"
    assert response.context["error"].reason == reason
    assert journey.logto.count("/oidc/token") == 0
    assert not is_signed_in(journey.client)


@pytest.mark.catalogue(15, 21, 22)
@pytest.mark.parametrize("name", ["state", "code", "iss"])
def test_a_parameter_twice_is_refused(journey, name):
    url = journey.callback_url()
    response = journey.client.get(f"{url}&{name}=again")
    assert code_of(response) == "authorization_response_invalid"
    assert journey.client.get(url).status_code == 302, "the attempt is kept"


@pytest.mark.catalogue(25)
def test_a_callback_on_another_host_is_refused(journey, settings):
    url = journey.callback_url()
    response = journey.client.get(url, headers={"host": "www.example.com"})
    assert code_of(response) == "authorization_response_invalid"


@pytest.mark.catalogue(23)
@pytest.mark.parametrize("method", ["post", "head", "options", "put"])
def test_only_get_does_anything(logto, method):
    journey = Journey(logto, Client(enforce_csrf_checks=True))
    url = journey.callback_url()
    response = getattr(journey.client, method)(url)
    assert response.status_code == 405
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(19)
def test_what_logto_says_is_escaped_and_cut(journey, settings, caplog):
    settings.DEBUG = True
    state = query_of(journey.start())["state"]
    response = journey.client.get(
        "/logto/callback/",
        {
            "error": "<script>" + "x" * 100,
            "error_description": "<b>\x1b[31m\n" + "y" * 3000,
            "state": state,
            "iss": journey.logto.issuer,
        },
    )
    content = response.content.decode()
    assert "&lt;script&gt;" in content
    assert "<script>" not in content
    assert "<b>" not in content
    assert "y" * 201 not in content
    (record,) = [r for r in caplog.records if r.name == "logto_auth"]
    assert "\x1b" not in record.getMessage()
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 500


@pytest.mark.catalogue(21)
def test_a_foreign_issuer_is_refused_on_an_error_too(journey):
    state = query_of(journey.start())["state"]
    response = journey.client.get(
        "/logto/callback/",
        {"error": "access_denied", "state": state, "iss": "https://evil.example"},
    )
    assert response.context["error"].reason == "wrong_issuer"


@pytest.mark.catalogue(3)
def test_next_is_checked_again_when_it_is_used(journey, settings):
    good = settings.LOGTO
    settings.LOGTO = {**good, "ALLOWED_NEXT_HOSTS": ["app.example.com"]}
    url = journey.callback_url(next="http://app.example.com/")
    settings.LOGTO = good
    assert journey.client.get(url)["Location"] == "/"
    assert journey.client.get(url)["Location"] == "/"


@pytest.mark.catalogue(30)
@pytest.mark.django_db(transaction=True)
def test_what_an_anonymous_visitor_had_survives_another_tab_meanwhile(journey):
    from logto_auth.testing import Fault

    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    urls = [journey.callback_url(), journey.callback_url()]
    slow, quick = Client(), Client()
    for tab in (slow, quick):
        tab.cookies.update(journey.client.cookies)
    journey.logto.faults.put("/oidc/token", Fault(delay=0.5, times=1))

    def finish_slowly():
        try:
            slow.get(urls[0])
        finally:
            connection.close()

    thread = threading.Thread(target=finish_slowly)
    thread.start()
    time.sleep(0.2)
    quick.get(urls[1])
    thread.join()
    for tab in (slow, quick):
        assert tab.session["cart"] == ["tea"]
    assert is_signed_in(slow)


@pytest.mark.catalogue(30)
def test_two_people_in_one_browser_never_share_anything(journey):
    journey.sign_in("alice")
    first = LogtoSession.objects.get()
    other = Journey(journey.logto, journey.client)
    other.sign_in("olivia", prompt="login")
    page = journey.client.get("/protected/").json()
    assert page["user"] == "olivia"
    assert page["claims"]["sub"] == journey.logto.people["olivia"].sub
    assert not LogtoSession.objects.filter(pk=first.pk).exists()


@pytest.mark.catalogue(30)
def test_the_same_person_again_keeps_session_key_and_csrf_token(journey):
    journey.sign_in()
    key = journey.client.cookies["sessionid"].value
    row = LogtoSession.objects.get()
    journey.sign_in(prompt="login")
    assert journey.client.cookies["sessionid"].value == key
    again = LogtoSession.objects.get()
    assert again.pk == row.pk
    assert again.version == row.version + 1


def test_five_tabs_all_finish_each_on_its_own_page(journey):
    starts = [journey.start(next=f"/tab/{number}/") for number in range(5)]
    finished = [Journey(journey.logto, journey.client) for _ in starts]
    for number, (tab, url) in enumerate(zip(finished, starts, strict=True)):
        callback = changed(tab.visitor.sign_in(url, "alice"), x=None)
        assert journey.client.get(callback)["Location"] == f"/tab/{number}/"
    assert is_signed_in(journey.client)
    assert LogtoSession.objects.count() == 1


def test_an_inactive_user_gets_a_page_that_says_so(journey):
    journey.sign_in()
    User.objects.update(is_active=False)
    client = Client()
    response = Journey(journey.logto, client).sign_in()
    assert (response.status_code, code_of(response)) == (403, "account_inactive")
    assert "prompt=login" in response.content.decode()
    assert not is_signed_in(client)


def test_the_tokens_are_sealed_in_the_row_and_nowhere_else(journey):
    journey.sign_in()
    row = LogtoSession.objects.get()
    stored = str(dict(journey.client.session)) + str(bytes(row.tokens))
    for word in ("refreshToken", "idToken", "eyJ", "demo-secret"):
        assert word not in stored
    assert LogtoAccount.objects.get().sessions.get() == row


def test_a_hundred_organizations_leave_the_session_small(journey):
    from logto_auth.testing import Organization

    journey.logto.people["alice"].organizations = [
        Organization(id=f"organization{number:04}", name=f"Organization {number}")
        for number in range(100)
    ]
    journey.sign_in()
    session = journey.client.session
    assert len(session.encode(dict(session))) < 2000
    claims = journey.client.get("/protected/").json()["claims"]
    assert len(claims["organizations"]) == 100


def test_a_claim_that_databases_refuse_is_stored_without_it(journey):
    def forge(claims, header):
        return {**claims, "name": "x\0" * 900}, header

    journey.logto.forge_id_token = forge
    assert journey.sign_in().status_code == 302
    name = journey.client.get("/protected/").json()["claims"]["name"]
    assert name == "x\N{REPLACEMENT CHARACTER}" * 900


def test_the_row_names_the_session_of_whoever_came_last(journey):
    journey.sign_in("alice")
    Journey(journey.logto, journey.client).sign_in("sofia", prompt="login")
    row = LogtoSession.objects.get()
    assert row.session_key == journey.client.cookies["sessionid"].value


@pytest.mark.catalogue(31)
def test_with_a_strict_session_cookie_it_comes_again_from_its_own_page(
    journey, settings
):
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    url = journey.callback_url(next="/protected/")
    response = journey.client.get(url)
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "no-referrer"
    assert journey.logto.count("/oidc/token") == 0
    again = response.context["url"]
    assert journey.client.get(again)["Location"] == "/protected/"
