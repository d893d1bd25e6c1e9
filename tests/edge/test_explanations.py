"""Errors that a developer meets explain themselves with ``DEBUG``; visitors' do not."""

import logging

import pytest

from tests.journey import path_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def debug(settings):
    """A developer's machine."""
    settings.DEBUG = True


def explanation_of(response, code):
    """Return the explanation that the page of the error ``code`` shows."""
    assert response.context["error"].code == code, response.context["error"]
    explanation = response.context["explanation"]
    page = response.content.decode()
    assert '<section class="explanation">' in page
    assert f"docs/errors.md#{code}" in page
    assert "demo-secret" not in page
    assert "…" not in explanation.cause + explanation.fix + explanation.value
    return explanation


def change(settings, **logto):
    settings.LOGTO = {**settings.LOGTO, **logto}


def test_a_wrong_secret_is_told_with_where_to_copy_it(journey, settings):
    url = journey.callback_url()
    change(settings, APP_SECRET="wr0ng-secret")
    response = journey.client.get(url)
    explanation = explanation_of(response, "client_refused")
    assert (
        'LOGTO["APP_SECRET"]' in explanation.cause and "demo-app" in explanation.cause
    )
    assert explanation.console.endswith("App secrets")
    assert "wr0ng-secret" not in response.content.decode()


def test_an_app_id_that_was_changed_under_way_is_told(journey, settings):
    url = journey.callback_url()
    change(settings, APP_ID="nobody")
    explanation = explanation_of(journey.client.get(url), "client_refused")
    assert "has no application nobody" in explanation.cause


def test_the_callback_on_the_other_name_of_this_machine_is_told(journey):
    url = path_of(journey.callback_url())
    journey.client.cookies.clear()
    response = journey.client.get(url, headers={"Host": "127.0.0.1:8000"})
    explanation = explanation_of(response, "state_unknown")
    assert "127.0.0.1:8000" in explanation.cause and "localhost" in explanation.cause
    assert explanation.value == "http://127.0.0.1:8000/logto/callback/"
    assert "another browser" in explanation.cause
    response = journey.client.get(url)
    assert "localhost" not in explanation_of(response, "state_unknown").cause


def test_a_callback_on_another_port_is_told(journey):
    url = path_of(journey.callback_url())
    response = journey.client.get(url, headers={"Host": "testserver:81"})
    explanation = explanation_of(response, "authorization_response_invalid")
    assert "http://testserver/logto/callback/" in explanation.cause
    assert "http://testserver:81/logto/callback/" in explanation.cause


@pytest.mark.parametrize(
    ("moved", "direction"), [(-7200, "7200 seconds ahead"), (300, "300 seconds behind")]
)
def test_clocks_that_differ_are_told_with_the_seconds(journey, moved, direction):
    journey.logto.clock.advance(moved)
    explanation = explanation_of(journey.sign_in(), "token_invalid")
    # A second may pass meanwhile.
    nearby = (direction, direction.replace("7200", "7201").replace("300", "299"))
    assert any(text in explanation.cause for text in nearby), explanation.cause
    assert "NTP" in explanation.fix
    assert explanation.console == ""


def test_a_sign_in_that_is_older_than_max_age_is_told(journey):
    journey.logto.forge_id_token = lambda claims, header: (
        {**claims, "auth_time": claims["iat"] - 3600},
        header,
    )
    explanation = explanation_of(journey.sign_in(max_age=60), "token_invalid")
    assert "max_age" in explanation.cause
    assert "clocks" in explanation.fix


def test_a_resource_that_logto_does_not_have_is_told(journey, settings):
    change(settings, RESOURCES=["https://nope.example"])
    response = journey.client.get(path_of(journey.visitor.open(journey.start())))
    explanation = explanation_of(response, "authorization_refused")
    assert 'LOGTO["RESOURCES"]' in explanation.cause
    assert explanation.console == "API resources"
    assert explanation.value == "https://nope.example"


@pytest.mark.parametrize("error", ["invalid_scope", "insufficient_scope"])
def test_a_scope_that_logto_refuses_is_told(journey, error):
    journey.logto.forge_authorization_response = lambda answer: {
        "error": error,
        "state": answer["state"],
        "iss": answer["iss"],
    }
    response = journey.client.get(journey.callback_url())
    explanation = explanation_of(response, "authorization_refused")
    assert "openid, offline_access, profile" in explanation.cause


def test_a_person_whom_access_control_keeps_out_is_told(journey):
    journey.sign_in()
    journey.logto.application.access_control_denied = {"alice"}
    response = journey.client.get(path_of(journey.visitor.open(journey.start())))
    explanation = explanation_of(response, "access_denied")
    assert "access control" in explanation.cause
    assert explanation.console.endswith("Rules")


def test_a_code_that_came_too_late_is_told(journey):
    url = journey.callback_url()
    journey.logto.clock.advance(600)
    explanation = explanation_of(journey.client.get(url), "token_request_refused")
    assert "expired" in explanation.cause


def test_a_logto_that_does_not_run_is_told(client, settings):
    settings.LOGTO = {
        "ENDPOINT": "http://127.0.0.1:9",
        "APP_ID": "a",
        "APP_SECRET": "demo-secret",
    }
    explanation = explanation_of(client.get("/logto/sign-in/"), "provider_unreachable")
    assert explanation.cause == "Nothing listens at http://127.0.0.1:9."
    assert "logto_simulator" in explanation.fix


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "body": "Not Found", "headers": {"Content-Type": "text/html"}},
        {"status": 200, "body": "<!doctype html>", "headers": {}},
    ],
)
def test_an_endpoint_where_no_logto_is_is_told(journey, fault):
    from logto_auth.testing import Fault

    journey.logto.faults.put("/openid-configuration", Fault(**fault))
    response = journey.client.get("/logto/sign-in/")
    explanation = explanation_of(response, "provider_response_invalid")
    assert journey.logto.endpoint in explanation.cause
    assert explanation.value == journey.logto.endpoint


def test_a_logto_that_calls_itself_otherwise_is_told(journey):
    journey.logto.forge_discovery = lambda document: {
        **document,
        "issuer": "https://auth.example/oidc",
    }
    response = journey.client.get("/logto/sign-in/")
    explanation = explanation_of(response, "provider_response_invalid")
    assert "https://auth.example/oidc" in explanation.cause


def test_a_missing_setting_is_told(client, settings):
    settings.LOGTO = {}
    response = client.get("/logto/sign-in/")
    assert response.context["error"].code == "configuration_invalid"
    assert "manage.py check" in response.context["explanation"].fix


def test_it_is_told_on_an_event_loop_too(journey_async, settings):
    import asyncio

    async def act():
        url = await journey_async.callback_url()
        change(settings, APP_SECRET="wr0ng-secret")
        return await journey_async.client.get(url)

    explanation_of(asyncio.run(act()), "client_refused")


def test_without_debug_there_is_a_reference_and_the_log_has_the_rest(
    journey, settings, caplog
):
    settings.DEBUG = False
    url = journey.callback_url()
    change(settings, APP_SECRET="wr0ng-secret")
    response = journey.client.get(url)
    page = response.content.decode()
    assert response.context["explanation"] is None
    for told in ("explanation", "APP_SECRET", "demo-app", "Console", "docs/"):
        assert told not in page
    reference = response.context["reference"]
    assert f"Reference {reference}, client_refused" in page
    (record,) = [r for r in caplog.records if reference in r.getMessage()]
    assert record.levelno == logging.WARNING
    assert "reason=invalid_client detail=check APP_SECRET" in record.getMessage()


def test_every_reference_is_in_the_log_of_a_site_that_has_not_set_up_logging(
    journey, settings, caplog
):
    settings.DEBUG = False
    journey.sign_in()
    caplog.set_level(logging.WARNING)  # what Python writes when nothing is set up
    journey.logto.application.access_control_denied = {"alice"}
    response = journey.client.get(path_of(journey.visitor.open(journey.start())))
    assert response.context["error"].code == "access_denied"
    assert response.context["reference"] in caplog.text


@pytest.mark.parametrize("name", ["ALLOWED_NEXT_HOSTS", "BASE_URL"])
@pytest.mark.parametrize("path", ["sign-in", "sign-out"])
def test_a_setting_that_is_read_for_next_is_told_too(journey, settings, name, path):
    journey.sign_in()
    change(settings, **{name: "nothing usable"})
    response = journey.client.get(f"/logto/{path}/?next=/tea/")
    assert response.context["error"].code == "configuration_invalid"
    assert f'LOGTO["{name}"]' in response.context["explanation"].detail


def test_addresses_and_code_read_from_left_to_right(journey, settings):
    url = journey.callback_url()
    change(settings, APP_ID="nobody")
    page = journey.client.get(url, headers={"Accept-Language": "ar"}).content.decode()
    assert '<code dir="ltr">nobody</code>' in page
    assert '<pre dir="ltr">' in page


def test_what_comes_from_outside_is_escaped(journey):
    script = "<script>alert(1)</script>"
    journey.logto.forge_authorization_response = lambda answer: {
        "error": script,
        "error_description": script,
        "state": answer["state"],
        "iss": answer["iss"],
    }
    response = journey.client.get(journey.callback_url())
    assert script in response.context["explanation"].detail
    assert "<script" not in response.content.decode()
