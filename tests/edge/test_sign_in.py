"""Starting a sign-in: who may, what reaches Logto, what it costs."""

import time

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from django.test import Client
from django.views.decorators.cache import never_cache

from logto_auth.shortcuts import sign_in_redirect
from logto_auth.web import views
from tests.journey import query_of

pytestmark = pytest.mark.django_db


@pytest.mark.catalogue(9)
def test_a_navigation_goes_to_logto_with_everything_a_sign_in_needs(journey):
    query = query_of(journey.start())
    assert query["client_id"] == "demo-app"
    assert query["redirect_uri"] == "http://testserver/logto/callback/"
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert query["prompt"] == "consent"
    assert query["scope"].split()[:2] == ["openid", "offline_access"]
    assert len(query["scope"].split()) == len(set(query["scope"].split()))
    assert len(query["nonce"]) >= 22
    assert len(query["state"]) >= 22


@pytest.mark.catalogue(14)
def test_a_start_costs_no_query_and_no_session(journey, django_assert_num_queries):
    journey.start()
    with django_assert_num_queries(0):
        journey.start()
    assert "sessionid" not in journey.client.cookies


def test_a_warm_start_asks_logto_nothing(journey):
    journey.start()
    journey.logto.forget_calls()
    journey.start()
    assert journey.logto.calls == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_screen", "register"),
        ("identifier", "email username"),
        ("direct_sign_in", "social:huggingface"),
        ("direct_sign_in", "sso:abc123"),
        ("login_hint", "alice@example.com"),
        ("max_age", "60"),
        ("ui_locales", "th en"),
        ("organization_id", "b2s2lb8taqcg"),
        ("one_time_token", "token-1"),
    ],
)
def test_an_option_reaches_logto(journey, name, value):
    assert query_of(journey.start(**{name: value}))[name] == value


def test_sign_up_opens_the_registration_screen_whatever_the_link_says(journey):
    query = query_of(journey.start("/logto/sign-up/", first_screen="sign_in"))
    assert query["first_screen"] == "register"
    assert query["prompt"] == "login consent"


def test_a_wrong_option_is_a_page_with_its_code_and_starts_nothing(journey):
    response = journey.client.get("/logto/sign-in/", {"first_screen": "signUp"})
    assert response.status_code == 400
    assert "sign_in_option_invalid" in response.content.decode()
    assert not response.cookies


@pytest.mark.catalogue(6)
def test_parameters_of_the_protocol_cannot_be_overridden(journey):
    query = query_of(
        journey.start(redirect_uri="https://evil.example/", client_id="x", state="s")
    )
    assert query["redirect_uri"] == "http://testserver/logto/callback/"
    assert query["client_id"] == "demo-app"
    assert query["state"] != "s"


@pytest.mark.catalogue(1)
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
        ("Sec-Fetch-Dest", "iframe"),
        ("Sec-Fetch-Dest", "image"),
        ("Sec-Fetch-Mode", "no-cors"),
    ],
)
def test_a_prefetch_or_an_embedded_request_starts_nothing(journey, header, value):
    response = journey.client.get(
        "/logto/sign-in/?next=/a/", headers={header: value, "Accept": "text/html"}
    )
    assert response.status_code in (401, 403)
    assert "Location" not in response
    assert not response.cookies
    assert journey.logto.calls == []


@pytest.mark.catalogue(1)
def test_an_embedded_page_offers_a_link_that_leaves_the_frame(journey):
    response = journey.client.get(
        "/logto/sign-in/?next=/a/", headers={"Sec-Fetch-Dest": "iframe"}
    )
    assert 'href="/logto/sign-in/?next=%2Fa%2F" target="_top"' in (
        response.content.decode()
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-With": "XMLHttpRequest"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Accept": "application/json"},
    ],
)
def test_a_script_calling_a_protected_view_gets_401_and_the_address(journey, headers):
    response = journey.client.get("/protected/", headers=headers, follow=True)
    assert response.status_code == 401
    assert response.json() == {
        "isAuthenticated": False,
        "signInUrl": "/logto/sign-in/",
    }


def test_htmx_is_sent_to_sign_in_and_back_to_its_page(journey):
    response = journey.client.get(
        "/protected/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/list/"},
        follow=True,
    )
    assert response.status_code == 401
    assert response["HX-Redirect"] == (
        "/logto/sign-in/?next=http%3A%2F%2Ftestserver%2Flist%2F"
    )


@pytest.mark.catalogue(2)
def test_a_post_needs_the_csrf_token(logto):
    response = Client(enforce_csrf_checks=True).post("/logto/sign-in/")
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]


@pytest.mark.catalogue(33)
def test_a_post_leaves_through_a_page_that_a_strict_form_action_allows(journey):
    response = journey.client.post("/logto/sign-in/", {"next": "/protected/"})
    assert response.status_code == 200
    content = response.content.decode()
    assert 'http-equiv="refresh"' in content
    assert "<script" not in content
    assert f"{journey.logto.endpoint}/oidc/auth?" in content
    assert len(response.cookies) == 1


@pytest.mark.parametrize("method", ["put", "delete", "patch", "head", "options"])
def test_other_methods_are_not_allowed(journey, method):
    response = getattr(journey.client, method)("/logto/sign-in/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, POST"


@pytest.mark.catalogue(32)
def test_every_response_is_kept_out_of_caches_frames_and_the_referer(journey):
    client = journey.client
    responses = [
        client.get("/logto/sign-in/"),
        client.get("/logto/sign-in/?prompt=x"),
        client.get("/logto/sign-in/", headers={"HX-Request": "true"}),
        client.get("/logto/callback/"),
        client.get("/logto/callback/?state=x"),
        client.get("/logto/user/"),
        client.post("/logto/user/"),
        client.post("/logto/sign-out/"),
        client.post("/logto/sign-in/"),
    ]
    for response in responses:
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert response["X-Frame-Options"] == "DENY"
        assert "Cookie" in response["Vary"]


@pytest.mark.catalogue(7)
def test_a_start_on_another_host_first_goes_to_the_base_url(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "http://localhost:8000"}
    response = journey.client.get("/logto/sign-in/?next=/a/")
    assert response["Location"] == (
        "http://localhost:8000/logto/sign-in/?next=%2Fa%2F&logto_host=1"
    )
    assert not response.cookies


@pytest.mark.catalogue(7)
def test_behind_a_proxy_that_hides_the_host_it_does_so_once(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "http://localhost:8000"}
    query = query_of(journey.start(logto_host="1"))
    assert query["redirect_uri"] == "http://localhost:8000/logto/callback/"


@pytest.mark.catalogue(8)
def test_forwarded_headers_do_not_change_the_redirect_uri(journey):
    response = journey.client.get(
        "/logto/sign-in/",
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    )
    assert query_of(response["Location"])["redirect_uri"] == (
        "http://testserver/logto/callback/"
    )


def test_a_sites_own_view_starts_a_sign_in(logto, rf):
    response = sign_in_redirect(rf.get("/"), next="/billing/", max_age=300)
    assert response.status_code == 302
    assert query_of(response["Location"])["max_age"] == "300"


def test_with_logto_down_and_nothing_known_it_is_a_page_not_a_500(client, settings):
    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": "http://127.0.0.1:9"}
    response = client.get("/logto/sign-in/?next=/a/")
    assert response.status_code == 502
    content = response.content.decode()
    assert "provider_unreachable" in content
    assert 'href="/logto/sign-in/?next=%2Fa%2F"' in content


@pytest.mark.catalogue(13)
@pytest.mark.parametrize("value", ["0" * 12 + "9" * 12, "1" * 5000, "9" * 10])
def test_a_max_age_beyond_all_measure_is_refused(journey, value):
    response = journey.client.get("/logto/sign-in/", {"max_age": value})
    assert response.context["error"].code == "sign_in_option_invalid"


@pytest.mark.catalogue(11)
@pytest.mark.parametrize(
    "name", ["logto_attempt_(x)", "logto_attempt_", "logto_attempt_zz"]
)
def test_a_strange_cookie_of_a_neighbouring_host_stops_nobody(journey, name):
    headers = {"cookie": f"{name}=AAAA"}
    response = journey.client.get("/logto/sign-in/", headers=headers)
    assert response.status_code == 302


@pytest.mark.catalogue(7)
def test_a_post_on_another_host_starts_on_the_base_url(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "http://localhost:8000"}
    response = journey.client.post(
        "/logto/sign-in/", {"next": "/a/", "first_screen": "register"}
    )
    assert response.context["url"] == (
        "http://localhost:8000/logto/sign-in/"
        "?first_screen=register&next=%2Fa%2F&logto_host=1"
    )
    assert not response.cookies


def test_a_logto_that_hangs_is_given_up_at_the_deadline(journey, settings):
    from logto_auth.testing import Fault

    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 1}
    journey.logto.faults.put("/openid-configuration", Fault(hang=True))
    started = time.monotonic()
    response = journey.client.get("/logto/sign-in/")
    assert response.context["error"].code == "provider_timeout"
    assert time.monotonic() - started < 4


@pytest.mark.catalogue(2)
def test_without_djangos_csrf_middleware_a_forged_post_is_refused(logto, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    client = Client(enforce_csrf_checks=True)
    assert client.post("/logto/sign-in/").status_code == 403


def test_a_site_that_is_closed_by_default_still_lets_people_sign_in(journey, settings):
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    assert journey.client.get("/").status_code == 302
    assert journey.sign_in().status_code == 302
    assert journey.client.get("/").status_code == 200


def test_decorating_a_view_keeps_what_django_reads_from_it():
    view = never_cache(views.CallbackView.as_view())
    assert view.login_required is False
    assert "any alias" in view._non_atomic_requests


def test_a_view_that_overrides_dispatch_is_refused_when_it_is_set_up():
    class Limited(views.SignInView):
        def dispatch(self, request, *args, **kwargs):
            raise AssertionError("never called")

    with pytest.raises(TypeError, match="answer"):
        Limited.as_view()


def test_a_misspelt_option_of_a_view_is_refused_when_it_is_set_up():
    with pytest.raises(TypeError, match="frist_screen"):
        views.SignInView.as_view(sign_in_options={"frist_screen": "register"})


async def test_the_sync_shortcut_refuses_to_hold_up_an_event_loop(logto, async_rf):
    with pytest.raises(SynchronousOnlyOperation):
        sign_in_redirect(async_rf.get("/"))
