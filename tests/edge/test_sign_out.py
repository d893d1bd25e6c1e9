"""Signing out, here and at Logto."""

import html
import re
import time

import pytest
from django.test import Client

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from tests.journey import Journey, path_of, query_of

pytestmark = pytest.mark.django_db


def leaving_url(response):
    """Return where the page forwards to."""
    content = response.content.decode()
    return html.unescape(re.search(r'content="0; url=([^"]+)"', content)[1])


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


def sign_out(journey, **data):
    return journey.client.post("/logto/sign-out/", data)


@pytest.mark.catalogue(100)
def test_get_asks_and_signs_nobody_out(journey):
    journey.sign_in()
    response = journey.client.get("/logto/sign-out/?next=/bye/")
    content = response.content.decode()
    assert response.status_code == 200
    assert 'method="post"' in content
    assert 'value="/bye/"' in content
    assert response["Referrer-Policy"] == "same-origin"
    assert is_signed_in(journey.client)


@pytest.mark.catalogue(2, 100)
def test_a_post_without_the_csrf_token_is_asked_again_with_a_new_one(journey):
    client = Client(enforce_csrf_checks=True)
    Journey(journey.logto, client).sign_in()
    response = client.post("/logto/sign-out/", {"next": "/bye/"})
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert is_signed_in(client)
    page = response.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    client.post("/logto/sign-out/", {"csrfmiddlewaretoken": token})
    assert not is_signed_in(client)


def test_get_tells_who_is_signed_out_already_that_they_are(client):
    page = client.get("/logto/sign-out/").content.decode()
    assert "You are signed out" in page


def test_the_form_of_the_confirmation_works_with_csrf_checks(journey):
    client = Client(enforce_csrf_checks=True)
    Journey(journey.logto, client).sign_in()
    page = client.get("/logto/sign-out/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    response = client.post("/logto/sign-out/", {"csrfmiddlewaretoken": token})
    assert response.status_code == 200
    assert not is_signed_in(client)


@pytest.mark.conformance("oidcc-client-test-rp-init-logout")
def test_it_ends_the_django_session_the_grant_and_logtos_session(journey, settings):
    settings.LOGOUT_REDIRECT_URL = "/bye/"
    journey.sign_in()
    refresh_token = open_tokens(LogtoSession.objects.get())["refreshToken"]
    assert journey.logto.is_alive(refresh_token)
    response = sign_out(journey)
    assert response.status_code == 200
    assert not is_signed_in(journey.client)
    assert not LogtoSession.objects.exists()
    assert not journey.logto.is_alive(refresh_token)
    back = journey.visitor.sign_out(leaving_url(response))
    response = journey.client.get(path_of(back))
    assert (response.status_code, response["Location"]) == (302, "/bye/")
    page = journey.visitor.open(journey.start())
    assert not isinstance(page, str), "Logto must ask again"


def test_logto_is_told_who_asks_where_to_return_and_a_state(journey):
    journey.sign_in()
    url = leaving_url(sign_out(journey))
    assert url.startswith(f"{journey.logto.endpoint}/oidc/session/end?")
    query = query_of(url)
    assert query["client_id"] == "demo-app"
    assert query["post_logout_redirect_uri"] == "http://testserver/logto/signed-out/"
    assert len(query["state"]) >= 22


def test_next_survives_the_way_through_logto(journey):
    journey.sign_in()
    response = sign_out(journey, next="/goodbye/")
    back = journey.visitor.sign_out(leaving_url(response))
    assert journey.client.get(path_of(back))["Location"] == "/goodbye/"


def test_who_comes_back_from_logto_is_told_that_it_is_done(journey):
    journey.sign_in()
    back = journey.visitor.sign_out(leaving_url(sign_out(journey)))
    page = journey.client.get(path_of(back))
    assert "<h1>You are signed out</h1>" in page.text
    assert "Finish signing out" not in page.text


@pytest.mark.catalogue(101)
def test_an_unsafe_next_is_ignored(journey):
    journey.sign_in()
    response = sign_out(journey, next="https://evil.example/")
    back = journey.visitor.sign_out(leaving_url(response))
    response = journey.client.get(path_of(back))
    assert response.status_code == 200
    assert "<h1>You are signed out</h1>" in response.text


@pytest.mark.conformance("oidcc-client-test-rp-init-logout-other-state")
@pytest.mark.parametrize(
    "query",
    ["state=foreign", "state=", "state=%00", "state=%ff%fe", "state=" + "x" * 100_000],
    ids=lambda query: query[:12],
)
@pytest.mark.catalogue(101)
def test_a_foreign_state_on_return_is_refused(journey, caplog, query):
    journey.sign_in()
    sign_out(journey, next="/goodbye/")
    journey.sign_in()
    caplog.clear()
    response = journey.client.get(f"/logto/signed-out/?{query}")
    assert response.status_code == 400
    assert response.context["error"].code == "sign_out_state_invalid"
    assert is_signed_in(journey.client)
    (event,) = [record for record in caplog.records if record.name == "logto_auth"]
    assert event.event == "sign_out_failed"


@pytest.mark.catalogue(101)
@pytest.mark.conformance("oidcc-client-test-rp-init-logout-no-state")
def test_a_return_without_the_state_leads_nowhere(journey):
    journey.sign_in()
    sign_out(journey, next="/goodbye/")
    response = journey.client.get("/logto/signed-out/")
    assert response.status_code == 200
    assert "You are signed out" in response.text
    assert "/goodbye/" not in response.text


def test_opening_the_page_by_hand_tells_the_truth(journey):
    page = journey.client.get("/logto/signed-out/").content.decode()
    assert "You are signed out" in page
    journey.sign_in()
    page = journey.client.get("/logto/signed-out/").content.decode()
    assert "You are still signed in" in page


@pytest.mark.catalogue(102)
def test_with_logto_down_the_local_session_ends_all_the_same(journey, settings):
    from logto_auth.testing import Fault

    journey.sign_in()
    journey.logto.faults.put("/oidc/token/revocation", Fault(status=500))
    response = sign_out(journey)
    assert response.status_code == 200
    assert not is_signed_in(journey.client)
    assert not LogtoSession.objects.exists()


@pytest.mark.catalogue(102)
def test_with_logto_gone_and_nothing_cached_it_ends_too(journey, settings):
    from django.core.cache import cache

    from logto_auth.engine.provider import forget_providers

    journey.sign_in()
    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": "http://127.0.0.1:9"}
    forget_providers()
    cache.clear()
    response = sign_out(journey)
    assert response.status_code == 502
    assert response.context["error"].code == "provider_unreachable"
    assert "You are signed out here, but not at the sign-in service" in response.text
    assert response.context["retry_url"] == "/logto/sign-out/"
    assert not is_signed_in(journey.client)


@pytest.mark.catalogue(102)
def test_a_revocation_that_hangs_is_given_up_at_the_deadline(journey, settings):
    from logto_auth.testing import Fault

    journey.sign_in()
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 1}
    journey.logto.faults.put("/oidc/token/revocation", Fault(hang=True))
    started = time.monotonic()
    response = sign_out(journey)
    assert time.monotonic() - started < 4
    assert response.status_code == 504
    assert "/oidc/session/end?" in response.context["retry_url"]
    assert not is_signed_in(journey.client)


def test_returning_to_another_host_than_it_was_started_on_tells_the_truth(journey):
    journey.sign_in()
    response = sign_out(journey)
    back = journey.visitor.sign_out(leaving_url(response))
    journey.client.cookies.pop("logto_sign_out")
    response = journey.client.get(path_of(back))
    assert response.status_code == 200
    assert "You are signed out" in response.content.decode()


def test_a_password_user_does_not_go_to_logto(client, django_user_model, settings):
    settings.LOGOUT_REDIRECT_URL = "/bye/"
    client.force_login(
        django_user_model.objects.create_user("pat"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert client.post("/logto/sign-out/")["Location"] == "/bye/"


def test_a_visitor_who_is_not_signed_in_may_sign_out(client):
    response = client.post("/logto/sign-out/")
    assert response.status_code == 200
