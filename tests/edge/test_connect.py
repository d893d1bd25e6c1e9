"""A local user who is signed in connects a Logto account."""

import html
import re
import threading
import time

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.messages import get_messages
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.signals import account_connected
from logto_auth.testing import Fault
from tests.journey import Journey, at_once, path_of, query_of

pytestmark = pytest.mark.django_db
User = get_user_model()
CONNECT = "/logto/connect/"


def left_for(response):
    """Return where the page takes the visitor by itself."""
    assert response.status_code == 200, response.content
    page = response.content.decode()
    return html.unescape(re.search(r'content="0; url=([^"]+)"', page)[1])


def code_of(response):
    return response.context["error"].code


def is_signed_in_with_logto(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


class ConnectJourney(Journey):
    """A journey whose visitor connects an account."""

    def leave(self, **data):
        """Return Logto's address after the button."""
        return left_for(self.client.post(CONNECT, data))

    def back(self, username="alice", **data):
        """Sign in at Logto for it; return the callback's path and query."""
        return path_of(self.visitor.sign_in(self.leave(**data), username))

    def connect(self, username="alice", **data):
        """Return the callback's response."""
        return self.client.get(self.back(username, **data))


def visitor_of(logto, user):
    """Return the journey of somebody who has signed in with a password."""
    journey = ConnectJourney(logto, Client())
    assert journey.client.login(username=user.get_username(), password="secret")
    return journey


@pytest.fixture
def pat():
    """A user with a password, who was here before Logto."""
    return User.objects.create_user("pat", "pat@example.com", "secret")


@pytest.fixture
def kim():
    return User.objects.create_user("kim", "kim@example.com", "secret")


@pytest.fixture
def pats(logto, pat):
    """The journey of pat, signed in."""
    return visitor_of(logto, pat)


@pytest.fixture
def heard():
    """What `account_connected` said."""
    heard = []

    def listen(**told):
        heard.append(told)

    account_connected.connect(listen)
    yield heard
    account_connected.disconnect(listen)


def assert_nothing_changed(journey, user):
    """Expect that the visitor is who they were, and nothing is connected to them."""
    assert journey.client.session[SESSION_KEY] == str(user.pk)
    assert journey.client.get("/protected/").json()["user"] == user.get_username()
    assert not is_signed_in_with_logto(journey.client)
    assert not user.logto_accounts.exists()


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


def test_consent_is_asked_for_only_where_the_site_does(pats, settings):
    settings.LOGTO = {**settings.LOGTO, "PROMPT": "login"}
    assert query_of(pats.leave())["prompt"] == "login"


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


def test_the_switches_for_new_users_do_not_matter(pats, pat, settings):
    settings.LOGTO = {**settings.LOGTO, "CREATE_USERS": False}
    assert pats.connect().status_code == 302
    assert pat.logto_accounts.exists()


def test_the_sites_conditions_do_matter(pats, pat, settings):
    settings.LOGTO = {**settings.LOGTO, "REQUIRED_CLAIMS": {"roles": ["nobody"]}}
    assert code_of(pats.connect()) == "sign_in_not_allowed"
    assert_nothing_changed(pats, pat)


def test_the_sites_hooks_are_asked_about_the_user(pats, pat, hooks):
    seen = []

    def may_sign_in(self, user):
        seen.append(user)
        return False

    hooks(may_sign_in=may_sign_in)
    assert code_of(pats.connect()) == "sign_in_not_allowed"
    assert seen == [pat]
    assert_nothing_changed(pats, pat)


def test_what_the_user_model_refuses_connects_nothing(pats, pat, kim, hooks, heard):
    def update_user(self, user, *, is_new):
        user.username = kim.username

    hooks(update_user=update_user)
    assert code_of(pats.connect()) == "account_not_updated"
    assert_nothing_changed(pats, pat)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_an_account_that_vanishes_in_that_moment_signs_nobody_out(pats, pat, hooks):
    def update_user(self, user, *, is_new):
        LogtoAccount.objects.all().delete()

    hooks(update_user=update_user)
    assert code_of(pats.connect()) == "account_not_created"
    assert_nothing_changed(pats, pat)


def test_a_second_click_after_a_refusal_leads_back_to_the_question(logto, pats, pat):
    Journey(logto, Client()).sign_in()
    callback = pats.back(next="/protected/")
    second_click = Client()
    second_click.cookies.update(pats.client.cookies)
    assert code_of(pats.client.get(callback)) == "account_connected_elsewhere"
    response = second_click.get(callback)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, CONNECT)
    assert query_of(response["Location"]) == {"next": "/protected/"}
    assert not pat.logto_accounts.exists()


def test_hooks_see_a_user_who_is_not_new(pats, pat, hooks):
    seen = []

    def update_user(self, user, *, is_new):
        user.last_name = "Connected"
        seen.append(is_new)

    def after_sign_in(self, user, account, *, is_new, next_url):
        seen.append((user, account, is_new, next_url))
        return "/staff/"

    hooks(update_user=update_user, after_sign_in=after_sign_in)
    assert pats.connect(next="/protected/")["Location"] == "/staff/"
    account = LogtoAccount.objects.get()
    assert seen == [False, (pat, account, False, "/protected/")]
    assert User.objects.get().last_name == "Connected"


def test_a_hook_that_fails_in_the_end_leaves_the_visitor_signed_in(pats, hooks):
    def after_sign_in(self, user, account, *, is_new, next_url):
        raise RuntimeError("the site's own mistake")

    hooks(after_sign_in=after_sign_in)
    back = pats.back()
    with pytest.raises(RuntimeError):
        pats.client.get(back)
    assert pats.client.get("/protected/").json()["user"] == "pat"


def test_the_signal_tells_whose_account_it_is(pats, pat, heard):
    pats.connect()
    (told,) = heard
    assert told["user"] == pat
    assert told["account"] == LogtoAccount.objects.get()
    assert told["request"].path == "/logto/callback/"


def test_fields_that_follow_logto_do_so(pats, settings):
    settings.LOGTO = {
        **settings.LOGTO,
        "USER_FIELDS": {"first_name": ("given_name", "sign_in"), "email": "email"},
    }
    pats.connect()
    user = User.objects.get()
    assert user.first_name == pats.logto.people["alice"].given_name
    assert user.email == "pat@example.com"


@pytest.mark.parametrize("path", ["/oidc/token", "/oidc/me"])
def test_logto_failing_in_the_middle_changes_nothing(pats, pat, path):
    back = pats.back(next="/protected/")
    pats.logto.faults.put(path, Fault(status=500))
    response = pats.client.get(back)
    assert (response.status_code, code_of(response)) == (
        502,
        "provider_response_invalid",
    )
    assert response.context["retry_url"] == "/logto/connect/?next=%2Fprotected%2F"
    assert_nothing_changed(pats, pat)


def test_logto_being_away_at_the_start_changes_nothing(pats, pat, settings):
    from django.core.cache import cache

    from logto_auth.engine.provider import forget_providers

    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": "http://127.0.0.1:9"}
    forget_providers()
    cache.clear()
    response = pats.client.post(CONNECT)
    assert code_of(response) == "provider_unreachable"
    assert response.context["retry_url"] == CONNECT
    assert_nothing_changed(pats, pat)


def test_a_refusal_of_logtos_leads_back_to_connecting(pats, pat):
    state = query_of(pats.leave())["state"]
    response = pats.client.get(
        "/logto/callback/", {"error": "access_denied", "state": state}
    )
    assert (response.status_code, code_of(response)) == (403, "access_denied")
    assert response.context["retry_url"] == CONNECT
    assert_nothing_changed(pats, pat)


def test_a_callback_that_comes_again_leads_to_the_page(pats, logto):
    back = pats.back(next="/protected/")
    pats.client.get(back)
    logto.forget_calls()
    assert pats.client.get(back)["Location"] == "/protected/"
    assert logto.calls == []


def test_a_callback_that_comes_again_signs_nobody_in(pats, logto):
    back = pats.back()
    pats.client.get(back)
    pats.client.post("/logto/sign-out/")
    logto.forget_calls()
    assert code_of(pats.client.get(back)) == "connecting_user_changed"
    assert logto.calls == []


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
