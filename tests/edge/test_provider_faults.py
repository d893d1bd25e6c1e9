"""Logto down, slow or talking nonsense: a page with a code, never a 500 or a user."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.journey import Journey, at_once

pytestmark = pytest.mark.django_db

TOKEN, USERINFO = "/oidc/token", "/oidc/me"


def fault(**fields):
    from logto_auth.testing import Fault

    return Fault(**fields)


def body(**fields):
    return json.dumps(fields)


JSON = {"Content-Type": "application/json"}
FAULTS = [
    (
        TOKEN,
        {"status": 400, "body": body(error="invalid_grant")},
        "token_request_refused",
    ),
    (TOKEN, {"status": 401, "body": body(error="invalid_client")}, "client_refused"),
    (TOKEN, {"status": 400, "body": body(error="invalid_client")}, "client_refused"),
    (
        TOKEN,
        {"status": 403, "body": body(error="access_denied")},
        "token_request_refused",
    ),
    (TOKEN, {"status": 400, "body": "not json"}, "token_request_refused"),
    (
        TOKEN,
        {
            "status": 200,
            "body": body(access_token="x", token_type="Bearer", id_token="y"),
        },
        "token_invalid",
    ),
    (USERINFO, {"status": 200, "body": body(sub="else")}, "provider_response_invalid"),
    (USERINFO, {"status": 200, "body": body(sub=7)}, "provider_response_invalid"),
]


@pytest.mark.catalogue(35, 38, 71)
@pytest.mark.parametrize(("path", "fields", "code"), FAULTS)
def test_a_fault_is_a_page_with_a_code_and_makes_no_user(journey, path, fields, code):
    url = journey.callback_url(next="/a/")
    journey.logto.faults.put(path, fault(**fields))
    response = journey.client.get(url)
    assert response.context["error"].code == code, response.context["error"]
    assert response.status_code == 502
    assert 'href="/logto/sign-in/?next=%2Fa%2F"' in response.content.decode()
    assert not get_user_model().objects.exists()
    calls = [call for call in journey.logto.calls if call.path == TOKEN]
    assert len(calls) == 1, "a code is sent once"


@pytest.mark.catalogue(35, 72)
def test_the_deadline_is_for_all_calls_together(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 1}
    url = journey.callback_url()
    journey.logto.faults.put(TOKEN, fault(delay=0.7))
    journey.logto.faults.put(USERINFO, fault(delay=0.7))
    # Each has time enough alone.
    assert journey.client.get(url).context["error"].code == "provider_timeout"


@pytest.mark.conformance("oidcc-client-test-userinfo-invalid-sub")
@pytest.mark.catalogue(71)
def test_userinfo_of_somebody_else_is_refused(journey):
    url = journey.callback_url()
    journey.logto.forge_userinfo = lambda document: {**document, "sub": "mallory"}
    response = journey.client.get(url)
    assert response.context["error"].reason == "userinfo_subject"


@pytest.mark.catalogue(67)
@pytest.mark.django_db(transaction=True)
def test_parallel_callbacks_all_survive_a_rotated_key(logto):
    warm = Journey(logto, Client())
    warm.sign_in()
    journeys = [Journey(logto, Client()) for _ in range(4)]
    urls = [journey.callback_url() for journey in journeys]
    logto.rotate_keys()
    logto.faults.put("/oidc/jwks", fault(delay=0.2))
    finish = [
        (journey.client, url) for journey, url in zip(journeys, urls, strict=True)
    ]
    statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * 4


@pytest.mark.catalogue(39)
def test_a_secret_with_every_awkward_character_is_sent_right(journey, settings):
    secret = "a:b%c+d e/ü"
    journey.logto.application.secret = secret
    settings.LOGTO = {**settings.LOGTO, "APP_SECRET": secret}
    assert journey.sign_in().status_code == 302


def test_the_page_and_the_log_share_a_reference(journey, caplog):
    response = journey.client.get("/logto/callback/?state=x")
    reference = response.context["reference"]
    assert reference in response.content.decode()
    assert reference in caplog.text
