"""With ``DEBUG``, a visitor is not sent to Logto to be stranded there."""

import asyncio
import time

import pytest

from logto_auth.models import LogtoSession
from logto_auth.web import rehearsal

pytestmark = pytest.mark.django_db
AUTH, END = "/oidc/auth", "/oidc/session/end"


@pytest.fixture(autouse=True)
def debug(settings, monkeypatch):
    """A developer's machine, where the site has just been started."""
    settings.DEBUG = True
    monkeypatch.setattr(rehearsal, "_accepted", set())


def start(client, host=None):
    return client.get("/logto/sign-in/", headers={"Host": host} if host else {})


def asked(logto, path=AUTH):
    """Return how often Logto was asked at ``path``."""
    return len([call for call in logto.calls if call.path == path])


def explanation_of(response, code):
    assert response.context["error"].code == code, response.context["error"]
    assert not response.cookies, "no attempt is pending"
    return response.context["explanation"]


def test_an_address_that_is_not_registered_is_told(journey):
    response = start(journey.client, "unknown.example.com")
    explanation = explanation_of(response, "redirect_uri_unregistered")
    assert explanation.value == "http://unknown.example.com/logto/callback/"
    assert explanation.console.endswith("Redirect URIs")
    assert response.status_code == 502


def test_the_other_name_of_this_machine_is_told(journey):
    response = start(journey.client, "127.0.0.1:8000")
    explanation = explanation_of(response, "redirect_uri_unregistered")
    assert (
        "This site takes itself for http://127.0.0.1:8000; Logto knows "
        "http://localhost:8000." in explanation.cause
    )
    assert 'LOGTO["BASE_URL"] = "http://localhost:8000"' in explanation.fix
    assert explanation.value == "http://127.0.0.1:8000/logto/callback/"


def test_https_where_logto_knows_http_is_told(journey):
    journey.logto.application.redirect_uris = ("https://testserver/logto/callback/",)
    explanation = explanation_of(start(journey.client), "redirect_uri_unregistered")
    assert "Logto knows https://testserver" in explanation.cause
    assert "SECURE_PROXY_SSL_HEADER" in explanation.fix


def test_a_missing_slash_is_told(journey):
    journey.logto.application.redirect_uris = ("http://testserver/logto/callback",)
    explanation = explanation_of(start(journey.client), "redirect_uri_unregistered")
    assert "http://testserver/logto/callback." in explanation.cause


def test_an_application_that_logto_does_not_have_is_told(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "APP_ID": "nobody"}
    explanation = explanation_of(start(journey.client), "client_refused")
    assert f"{journey.logto.endpoint} has no application nobody" in explanation.cause


def test_an_address_that_was_registered_meanwhile_is_accepted(journey):
    assert start(journey.client, "a.example.com").status_code == 502
    journey.logto.application.redirect_uris += ("http://a.example.com/logto/callback/",)
    assert start(journey.client, "a.example.com").status_code == 302


def test_logto_is_asked_once_in_a_process(journey):
    for _ in range(3):
        assert start(journey.client).status_code == 302
    assert asked(journey.logto) == 1
    (call,) = [call for call in journey.logto.calls if call.path == AUTH]
    assert call.query["prompt"] == "none", "no interaction stays open"


def test_a_refusal_of_another_kind_is_not_taken_for_consent(journey):
    from logto_auth.testing import Fault

    journey.start()
    body = '{"error": "temporarily_unavailable"}'
    journey.logto.faults.put(AUTH, Fault(status=400, body=body, times=1))
    assert start(journey.client, "a.example.com").status_code == 302
    assert start(journey.client, "a.example.com").status_code == 502


def test_without_debug_logto_is_never_asked(journey, settings):
    settings.DEBUG = False
    journey.start()
    journey.logto.forget_calls()
    assert start(journey.client, "unknown.example.com").status_code == 302
    assert journey.logto.calls == []


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 400, "body": "<html>"}, {"close": True}]
)
def test_a_logto_that_does_not_tell_keeps_nobody(journey, fault):
    from logto_auth.testing import Fault

    journey.start()
    journey.logto.faults.put(AUTH, Fault(**fault))
    response = start(journey.client, "unknown.example.com")
    assert response.status_code == 302
    assert response.cookies


def test_a_logto_that_is_slow_keeps_nobody_for_long(journey, monkeypatch):
    from logto_auth.testing import Fault

    monkeypatch.setattr(rehearsal, "PATIENCE", 0.2)
    journey.logto.faults.put(AUTH, Fault(hang=True))
    started = time.monotonic()
    assert start(journey.client).status_code == 302
    assert time.monotonic() - started < 4


def test_it_is_told_on_an_event_loop_too(journey_async):
    known = ("https://testserver/logto/callback/",)
    journey_async.logto.application.redirect_uris = known
    response = asyncio.run(start(journey_async.client))
    explanation = explanation_of(response, "redirect_uri_unregistered")
    assert "Logto knows https://testserver." in explanation.cause


def signed_in(journey, **registered):
    journey.sign_in()
    for name, uris in registered.items():
        setattr(journey.logto.application, name, uris)


def test_an_unregistered_way_back_from_sign_out_is_told_after_it(journey, caplog):
    signed_in(journey, post_logout_redirect_uris=())
    response = journey.client.post("/logto/sign-out/")
    error = response.context["error"]
    assert error.code == "sign_out_uri_unregistered"
    explanation = response.context["explanation"]
    assert explanation.value == "http://testserver/logto/signed-out/"
    assert explanation.console.endswith("Post sign-out redirect URIs")
    assert response.context["retry_url"] == ""
    assert journey.client.get("/logto/user/").json() == {"isAuthenticated": False}
    assert not LogtoSession.objects.exists()
    assert not journey.logto.refresh_tokens
    reference = response.context["reference"]
    (record,) = [r for r in caplog.records if reference in r.getMessage()]
    assert record.event == "sign_out_incomplete"


def test_a_way_back_from_sign_out_under_another_name_is_told(journey):
    uris = ("https://testserver/logto/signed-out/",)
    signed_in(journey, post_logout_redirect_uris=uris)
    response = journey.client.post("/logto/sign-out/")
    explanation = response.context["explanation"]
    assert "Logto knows https://testserver" in explanation.cause


def test_a_registered_way_back_from_sign_out_is_taken(journey):
    signed_in(journey)
    response = journey.client.post("/logto/sign-out/")
    assert f"{journey.logto.endpoint}{END}?" in response.content.decode()
    assert asked(journey.logto, END) == 1
