"""Logto down, slow or talking nonsense: a page with a code, never a 500 or a user."""

import json
import time

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.engine import document
from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from tests.journey import Journey, at_once, query_of

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
    (TOKEN, {"status": 429}, "provider_busy"),
    (TOKEN, {"status": 503}, "provider_busy"),
    (TOKEN, {"status": 500}, "provider_response_invalid"),
    (TOKEN, {"status": 302, "headers": {"Location": "/"}}, "provider_response_invalid"),
    (TOKEN, {"status": 200, "body": "<html>"}, "provider_response_invalid"),
    (TOKEN, {"status": 200, "body": ""}, "provider_response_invalid"),
    (
        TOKEN,
        {"status": 200, "body": '{"access_token": "x"'},
        "provider_response_invalid",
    ),
    (TOKEN, {"status": 200, "body": "[]"}, "provider_response_invalid"),
    (TOKEN, {"status": 200, "body": "{}"}, "provider_response_invalid"),
    (
        TOKEN,
        {"status": 200, "body": body(access_token="x", token_type="mac", id_token="y")},
        "provider_response_invalid",
    ),
    (
        TOKEN,
        {"status": 200, "body": body(access_token="x", token_type="Bearer")},
        "provider_response_invalid",
    ),
    (
        TOKEN,
        {
            "status": 200,
            "body": body(access_token="x", token_type="Bearer", id_token="y"),
        },
        "token_invalid",
    ),
    (TOKEN, {"status": 200, "body": "x" * 3_000_000}, "provider_response_invalid"),
    (
        TOKEN,
        {"status": 200, "body": "x", "headers": {"Content-Encoding": "gzip"}},
        "provider_response_invalid",
    ),
    (TOKEN, {"close": True}, "provider_unreachable"),
    (USERINFO, {"status": 401}, "provider_response_invalid"),
    (USERINFO, {"status": 500}, "provider_response_invalid"),
    (USERINFO, {"status": 429}, "provider_busy"),
    (USERINFO, {"status": 200, "body": "<html>"}, "provider_response_invalid"),
    (USERINFO, {"status": 200, "body": "[]"}, "provider_response_invalid"),
    (USERINFO, {"status": 200, "body": body(sub="else")}, "provider_response_invalid"),
    (USERINFO, {"status": 200, "body": body(sub=7)}, "provider_response_invalid"),
    (USERINFO, {"close": True}, "provider_unreachable"),
]


@pytest.mark.parametrize(("path", "fields", "code"), FAULTS)
def test_a_fault_is_a_page_with_a_code_and_makes_no_user(journey, path, fields, code):
    url = journey.callback_url(next="/a/")
    journey.logto.faults.put(path, fault(**fields))
    response = journey.client.get(url)
    assert response.context["error"].code == code, response.context["error"]
    assert response.status_code in (502, 503, 504)
    assert 'href="/logto/sign-in/?next=%2Fa%2F"' in response.content.decode()
    assert not get_user_model().objects.exists()
    calls = [call for call in journey.logto.calls if call.path == TOKEN]
    assert len(calls) == 1, "a code is sent once"


@pytest.mark.parametrize(
    "fields", [{"delay": 3}, {"status": 200, "body": "x" * 50, "drip": 0.5}]
)
def test_a_slow_logto_is_given_up_at_the_deadline(journey, settings, fields):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 1}
    url = journey.callback_url()
    journey.logto.faults.put(TOKEN, fault(**fields))
    started = time.monotonic()
    response = journey.client.get(url)
    assert response.context["error"].code == "provider_timeout"
    assert response.status_code == 504
    assert time.monotonic() - started < 2


def test_the_deadline_is_for_all_calls_together(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 1}
    url = journey.callback_url()
    journey.logto.faults.put(TOKEN, fault(delay=0.7))
    journey.logto.faults.put(USERINFO, fault(delay=0.7))
    started = time.monotonic()
    response = journey.client.get(url)
    assert response.context["error"].code == "provider_timeout"
    assert time.monotonic() - started < 1.5


def forged(**changes):
    def forge(claims, header):
        for name, value in changes.items():
            if value is None:
                claims.pop(name, None)
            else:
                claims[name] = value
        return claims, header

    return forge


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.example/oidc"}, "issuer"),
        ({"aud": "other-app"}, "audience"),
        ({"aud": ["demo-app", "other-app"]}, None),
        ({"exp": 1}, None),
        ({"exp": None}, None),
        ({"iat": None}, None),
        ({"sub": None}, None),
        ({"sub": "a\nb"}, None),
        ({"nonce": "other"}, "nonce"),
        ({"nonce": None}, None),
        ({"azp": "other-app"}, None),
        ({"at_hash": "wrong"}, None),
        ({"events": {}}, None),
    ],
)
def test_a_forged_id_token_signs_nobody_in(journey, changes, reason):
    url = journey.callback_url()
    journey.logto.forge_id_token = forged(**changes)
    response = journey.client.get(url)
    error = response.context["error"]
    assert error.code == "token_invalid"
    assert reason is None or reason in error.reason
    assert not get_user_model().objects.exists()


def test_an_authentication_older_than_asked_is_refused(journey):
    url = journey.callback_url(max_age="60")
    journey.logto.forge_id_token = forged(auth_time=int(time.time()) - 3600)
    assert journey.client.get(url).context["error"].code == "token_invalid"


def test_userinfo_of_somebody_else_is_refused(journey):
    url = journey.callback_url()
    journey.logto.forge_userinfo = lambda document: {**document, "sub": "mallory"}
    response = journey.client.get(url)
    assert response.context["error"].reason == "userinfo_subject"


def test_a_rotated_key_is_fetched_once(journey):
    journey.sign_in()
    journey.logto.rotate_keys()
    journey.logto.forget_calls()
    assert journey.sign_in(prompt="login").status_code == 302
    paths = [call.path for call in journey.logto.calls]
    assert paths.count("/oidc/jwks") == 1


def test_an_unknown_key_is_looked_for_once_in_a_while(journey):
    journey.sign_in()

    def unknown_key(claims, header):
        return claims, {**header, "kid": "unknown"}

    journey.logto.forge_id_token = unknown_key
    journey.logto.forget_calls()
    for _ in range(3):
        response = journey.sign_in(prompt="login")
        assert response.context["error"].code == "signing_key_unknown"
    paths = [call.path for call in journey.logto.calls]
    assert paths.count("/oidc/jwks") == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "https://evil.example/oidc"}, "discovery_issuer"),
        ({"issuer": None}, "discovery_issuer"),
        ({"token_endpoint": "https://evil.example/token"}, "discovery_endpoint"),
        ({"token_endpoint": "http://[::1/token"}, "discovery_endpoint"),
        ({"authorization_endpoint": "http://evil.example/"}, "discovery_endpoint"),
        ({"userinfo_endpoint": "http://evil.example/"}, "discovery_endpoint"),
        ({"end_session_endpoint": "http://evil.example/"}, "discovery_endpoint"),
        ({"revocation_endpoint": "http://evil.example/"}, "discovery_endpoint"),
        ({"token_endpoint": "file:///etc/passwd"}, "discovery_endpoint"),
        ({"jwks_uri": "http://169.254.169.254/"}, "discovery_endpoint"),
        ({"userinfo_endpoint": None}, "discovery_shape"),
        ({"response_types_supported": 7}, "discovery_shape"),
    ],
)
def test_a_poisoned_discovery_document_starts_nothing(logto, client, changes, reason):
    logto.forge_discovery = lambda document: {**document, **changes}
    response = client.get("/logto/sign-in/")
    assert response.status_code == 502
    assert response.context["error"].reason == reason


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url + "/",
        lambda url: url.replace("http:", "https:"),
        lambda url: url.replace("/oidc", ".evil.example/oidc"),
        lambda url: url.replace("localhost", "LOCALHOST"),
    ],
)
@pytest.mark.parametrize("name", ["issuer", "token_endpoint"])
def test_an_address_that_only_looks_like_logtos_is_refused(logto, client, name, change):
    def forge(document):
        if name == "token_endpoint" and change("x/") == "x//":
            return {**document, name: "http://localhost/oidc/token"}
        return {**document, name: change(document[name])}

    logto.forge_discovery = forge
    response = client.get("/logto/sign-in/")
    assert response.status_code == 502
    assert response.context["error"].reason.startswith("discovery_")


def test_with_stale_copies_a_sign_in_works_while_discovery_and_keys_are_down(
    journey, monkeypatch
):
    journey.sign_in()
    monkeypatch.setattr(document, "FRESH_SECONDS", -1)
    journey.logto.faults.put("/openid-configuration", fault(status=500))
    journey.logto.faults.put("/oidc/jwks", fault(status=500))
    assert journey.sign_in(prompt="login").status_code == 302
    assert "/oidc/jwks" in [call.path for call in journey.logto.calls[-6:]]


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


@pytest.mark.parametrize("expires_in", [None, 0, -1, "3600", 10**12, True, 1.5])
def test_any_lifetime_of_the_access_token_signs_in(journey, expires_in):
    def forge(response):
        return {**response, "expires_in": expires_in}

    journey.logto.forge_token_response = forge
    assert journey.sign_in().status_code == 302
    tokens = open_tokens(LogtoSession.objects.get())
    expires_at = json.loads(tokens["accessTokenMap"])["x"][""]["expiresAt"]
    assert expires_at <= time.time() + 366 * 24 * 3600


def test_a_secret_with_every_awkward_character_is_sent_right(journey, settings):
    secret = "a:b%c+d e/ü"
    journey.logto.application.secret = secret
    settings.LOGTO = {**settings.LOGTO, "APP_SECRET": secret}
    assert journey.sign_in().status_code == 302


def test_no_secret_is_in_the_log(journey, caplog):
    caplog.set_level("DEBUG")
    url = journey.callback_url()
    code, state = query_of(url)["code"], query_of(url)["state"]
    journey.client.get(url)
    url = journey.callback_url(prompt="login")
    journey.logto.faults.put(TOKEN, fault(status=400, body=body(error="invalid_grant")))
    journey.client.get(url)
    text = caplog.text + str([vars(record) for record in caplog.records])
    for secret in (code, state, "demo-secret", "eyJ", query_of(url)["code"]):
        assert secret not in text
    events = [getattr(record, "event", None) for record in caplog.records]
    assert {"sign_in_started", "user_created", "signed_in", "sign_in_failed"} <= {
        *events
    }


def test_the_page_and_the_log_share_a_reference(journey, caplog):
    response = journey.client.get("/logto/callback/?state=x")
    reference = response.context["reference"]
    assert reference in response.content.decode()
    assert reference in caplog.text
