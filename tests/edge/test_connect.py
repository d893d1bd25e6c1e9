"""A local user who is signed in connects a Logto account."""

import html
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.models import LogtoAccount, LogtoSession
from tests.edge.connect_journey import (
    CONNECT,
    ConnectJourney,
    code_of,
    is_signed_in_with_logto,
    left_for,
    visitor_of,
)
from tests.journey import Journey, path_of, query_of

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_the_page_asks_and_says_as_whom_one_is_signed_in(pats):
    response = pats.client.get(CONNECT, {"next": "/protected/"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "pat" in page
    assert 'method="post"' in page
    assert "have a Logto account already" not in page
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert not LogtoAccount.objects.exists()


def test_the_account_signs_in_the_user_who_connected_it(pats, pat, caplog):
    caplog.set_level("INFO", "logto_auth")
    response = pats.connect(next="/protected/")
    assert response["Location"] == "/protected/"
    assert User.objects.get() == pat
    account = LogtoAccount.objects.get()
    assert account.user == pat
    assert account.subject == pats.logto.people["alice"].sub
    assert account.userinfo["sub"] == account.subject
    events = [record.event for record in caplog.records if hasattr(record, "event")]
    assert events == ["account_connected", "signed_in"]
    stranger = Journey(pats.logto, Client())
    stranger.sign_in()
    assert stranger.client.get("/protected/").json()["user"] == "pat"
    assert User.objects.count() == 1


def test_the_session_is_one_of_logtos_from_then_on(pats, pat):
    pats.connect()
    page = pats.client.get("/protected/").json()
    assert page["user"] == "pat"
    assert page["claims"]["sub"] == pats.logto.people["alice"].sub
    assert LogtoSession.objects.get().account.user == pat
    response = pats.client.post("/logto/sign-out/")
    assert left_for(response).startswith(f"{pats.logto.endpoint}/oidc/session/end?")
    assert not LogtoSession.objects.exists()


def test_the_session_stays_the_same_and_so_do_forms_of_other_tabs(logto, pat):
    client = Client(enforce_csrf_checks=True)
    client.force_login(pat, "django.contrib.auth.backends.ModelBackend")
    journey = ConnectJourney(logto, client)
    page = client.get(CONNECT).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    session, cookie = client.session.session_key, client.cookies["csrftoken"].value
    journey.connect(csrfmiddlewaretoken=token)
    assert is_signed_in_with_logto(client)
    assert client.session.session_key == session
    assert LogtoSession.objects.get().session_key == session
    assert client.cookies["csrftoken"].value == cookie
    assert client.post("/logto/sign-out/", {"csrfmiddlewaretoken": token})
    assert not is_signed_in_with_logto(client)


def test_the_password_still_signs_in(pats, pat):
    pats.connect()
    again = visitor_of(pats.logto, pat)
    assert again.client.get("/protected/").json() == {"user": "pat", "claims": {}}


def test_the_visitor_is_told_once_where_the_site_shows_messages(pats):
    response = pats.connect()
    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert told == ["Your Logto account is connected."]


def test_a_site_without_messages_needs_none(pats, settings):
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if "MessageMiddleware" not in name
    ]
    assert pats.connect().status_code == 302
    assert LogtoAccount.objects.exists()


def test_without_next_the_visitor_goes_where_sign_ins_go(pats, settings):
    settings.LOGIN_REDIRECT_URL = "/welcome/"
    assert pats.connect()["Location"] == "/welcome/"


@pytest.mark.parametrize("place", ["query", "form"])
def test_next_is_kept_in_the_query_and_in_the_form(pats, place):
    if place == "query":
        page = pats.client.get(CONNECT, {"next": "/protected/"}).content.decode()
        target = html.unescape(re.search(r'action="([^"]+)"', page)[1])
        url = left_for(pats.client.post(target))
        back = path_of(pats.visitor.sign_in(url, "alice"))
    else:
        back = pats.back(next="/protected/")
    assert pats.client.get(back)["Location"] == "/protected/"


def test_a_next_that_is_not_safe_is_ignored(pats):
    assert pats.connect(next="https://evil.example/")["Location"] == "/"


def test_consent_is_asked_for_only_where_the_site_does(pats, settings):
    settings.LOGTO = {**settings.LOGTO, "PROMPT": "login"}
    assert query_of(pats.leave())["prompt"] == "login"


def test_an_account_that_is_ones_own_already_is_no_mistake(pats, pat, heard):
    pats.connect()
    again = visitor_of(pats.logto, pat)
    assert "have a Logto account already" in again.client.get(CONNECT).content.decode()
    assert again.connect(next="/protected/")["Location"] == "/protected/"
    assert is_signed_in_with_logto(again.client)
    assert LogtoAccount.objects.count() == 1
    assert len(heard) == 1


def test_a_second_account_may_be_connected_too(pats, pat):
    pats.connect("alice")
    pats.connect("sofia")
    assert pat.logto_accounts.count() == 2
    assert LogtoSession.objects.get().account.subject == (
        pats.logto.people["sofia"].sub
    )


def test_two_tabs_both_end_on_their_own_pages(pats, pat):
    one = pats.back("alice", next="/one/")
    two = pats.back("sofia", next="/two/")
    assert pats.client.get(two)["Location"] == "/two/"
    assert pats.client.get(one)["Location"] == "/one/"
    assert pat.logto_accounts.count() == 2


def test_many_tries_are_no_loop(pats):
    for _ in range(5):
        assert pats.connect(next="/protected/").status_code == 302


def test_a_post_without_the_csrf_token_asks_again(logto, pat):
    client = Client(enforce_csrf_checks=True)
    client.force_login(pat, "django.contrib.auth.backends.ModelBackend")
    response = client.post(CONNECT, {"next": "/protected/"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    target = html.unescape(re.search(r'action="([^"]+)"', page)[1])
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert left_for(client.post(target, {"csrfmiddlewaretoken": token}))
    assert query_of(target) == {"next": "/protected/"}


@pytest.mark.parametrize("login_url", ["logto_auth:sign_in", "/own-login/"])
def test_who_is_not_signed_in_does_that_first(client, settings, login_url):
    settings.LOGIN_URL = login_url
    path = "/own-login/" if login_url.startswith("/") else "/logto/sign-in/"
    url = f"{path}?next=/logto/connect/%3Fnext%3D%252Fprotected%252F"
    response = client.get(CONNECT, {"next": "/protected/"})
    assert (response.status_code, response["Location"]) == (302, url)
    assert left_for(client.post(CONNECT, {"next": "/protected/"})) == url


def test_who_has_no_password_comes_back_to_the_question_and_not_again(journey):
    login = journey.client.get(CONNECT)["Location"]
    url = journey.client.get(login)["Location"]
    response = journey.client.get(path_of(journey.visitor.sign_in(url, "alice")))
    assert response["Location"] == CONNECT
    page = journey.client.get(CONNECT)
    assert page.status_code == 200
    assert "have a Logto account already" in page.content.decode()


def test_only_a_persons_navigation_leaves_for_logto(pats):
    post = pats.client.post
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://testserver/protected/"}
    response = post(CONNECT, headers=htmx)
    assert response.status_code == 401
    assert response["HX-Redirect"].startswith(f"{CONNECT}?")
    assert query_of(response["HX-Redirect"])["next"] == htmx["HX-Current-URL"]
    script = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    response = post(CONNECT, headers=script)
    assert response.status_code == 401
    assert response.json() == {"isAuthenticated": False, "signInUrl": CONNECT}
    response = post(CONNECT, headers={"Sec-Fetch-Dest": "iframe"})
    assert response.status_code == 403
    assert f'href="{CONNECT}"' in response.content.decode()


def test_on_another_host_it_goes_to_the_sites_own_first(pats, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "https://www.example.com"}
    url = "https://www.example.com/logto/connect/?next=%2Fprotected%2F&logto_host=1"
    response = pats.client.get(CONNECT, {"next": "/protected/"})
    assert (response.status_code, response["Location"]) == (302, url)
    assert left_for(pats.client.post(CONNECT, {"next": "/protected/"})) == url


def test_behind_a_proxy_that_hides_the_host_it_goes_on(pats, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "http://localhost:8000"}
    page = pats.client.get(CONNECT, {"logto_host": "1"}).content.decode()
    target = html.unescape(re.search(r'action="([^"]+)"', page)[1])
    url = left_for(pats.client.post(target))
    assert url.startswith(f"{pats.logto.endpoint}/oidc/auth?")


@pytest.mark.parametrize("method", ["put", "delete", "options", "head"])
def test_other_methods_do_nothing(pats, method):
    assert getattr(pats.client, method)(CONNECT).status_code == 405


def test_a_connect_costs_ten_statements(pats):
    back = pats.back()
    with CaptureQueriesContext(connection) as context:
        assert pats.client.get(back).status_code == 302
    control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    statements = [
        query["sql"]
        for query in context.captured_queries
        if not query["sql"].upper().startswith(control)
    ]
    assert len(statements) == 10, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
async def test_a_user_connects_an_account_on_an_event_loop(journey_async, pat_async):
    import asyncio

    client = journey_async.client
    await client.aforce_login(pat_async, "django.contrib.auth.backends.ModelBackend")
    assert (await client.get(CONNECT)).status_code == 200
    url = left_for(await client.post(CONNECT, {"next": "/aprotected/"}))
    back = await asyncio.to_thread(journey_async.visitor.sign_in, url, "alice")
    response = await client.get(path_of(back))
    assert response["Location"] == "/aprotected/"
    page = (await client.get("/aprotected/")).json()
    assert page["user"] == "pat"
    assert page["claims"]["sub"] == journey_async.logto.people["alice"].sub
    assert (await LogtoAccount.objects.aget()).user_id == pat_async.pk
    again = await client.get(path_of(back))
    assert again["Location"] == "/aprotected/"
    client.cookies.pop("sessionid")
    gone = await client.get(path_of(back))
    assert code_of(gone) == "connecting_user_changed"
    assert (await client.get(CONNECT)).status_code == 302
