"""What a token response may look like, and who ever learns of the app secret."""

import json
import logging
import time
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth import get_user_model

from logto_auth.conf import logto_settings
from logto_auth.engine import token_endpoint
from logto_auth.engine.token_response import MAX_EXPIRES_IN
from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from logto_auth.web import scopes

from .kinds import TOKEN

pytestmark = pytest.mark.django_db

ABSENT = object()
NO_TEXT = [ABSENT, None, "", 7, True, [], ["Bearer"], {"a": "b"}]
SECRET = "s3cret-of-the-app/+ü"
#: As it is, escaped, quoted (RFC 6749, 2.3.1), and in Basic credentials of demo-app.
SPELLINGS = (
    SECRET,
    r"s3cret-of-the-app/+\xfc",
    "s3cret-of-the-app%2F%2B%C3%BC",
    "ZGVtby1hcHA6czNjcmV0LW9mLXRoZS1hcHAlMkYlMkIlQzMlQkM=",
)


@pytest.fixture
def answer_with(logto):
    """Forge fields of every token response: ``answer_with(token_type="mac")``."""

    def forge(**changes):
        logto.forge_token_response = lambda body: {
            name: value
            for name, value in {**body, **changes}.items()
            if value is not ABSENT
        }

    return forge


@pytest.fixture
def stored():
    """Return the tokens of the only session, with the SDK's names."""
    return lambda: open_tokens(LogtoSession.objects.get())


@pytest.mark.catalogue(36)
@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_bearer_is_bearer_in_any_case(journey, answer_with, token_type):
    answer_with(token_type=token_type)
    assert journey.sign_in().status_code == 302


@pytest.mark.catalogue(36)
@pytest.mark.parametrize(
    "token_type",
    [*NO_TEXT, "mac", "DPoP", "N_A", "Bearer ", "Bearer, mac", "ＢＥＡＲＥＲ"],
)
def test_a_token_that_is_no_bearer_token_is_refused(
    journey, answer_with, refused, token_type
):
    answer_with(token_type=token_type)
    error = refused(journey.sign_in(), "provider_response_invalid")
    assert error.reason in ("token_type", "token_response_shape")
    assert not get_user_model().objects.exists()


@pytest.mark.catalogue(37)
@pytest.mark.parametrize("name", ["id_token", "access_token"])
@pytest.mark.parametrize("value", [*NO_TEXT, "tökén"])
def test_a_response_without_a_token_is_refused(
    journey, answer_with, refused, name, value
):
    answer_with(**{name: value})
    refused(journey.sign_in(), "provider_response_invalid", "token_response_shape")
    assert not get_user_model().objects.exists()


@pytest.mark.catalogue(37)
@pytest.mark.parametrize("value", NO_TEXT[1:])
def test_a_refresh_token_that_is_none_is_refused(journey, answer_with, refused, value):
    answer_with(refresh_token=value)
    refused(journey.sign_in(), "provider_response_invalid", "token_response_shape")


@pytest.mark.catalogue(37)
def test_a_response_without_a_refresh_token_signs_in(journey, answer_with, stored):
    answer_with(refresh_token=ABSENT)
    assert journey.sign_in().status_code == 302
    assert "refreshToken" not in stored()


@pytest.mark.catalogue(37)
@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (3600, 3600),
        (0, 0),
        (10**12, MAX_EXPIRES_IN),
        (10**400, MAX_EXPIRES_IN),
        *((value, 0) for value in (ABSENT, None, -1, "3600", 1.5, True, [3600], {})),
    ],
    ids=lambda value: str(value)[:16] if value is not ABSENT else "absent",
)
def test_a_senseless_lifetime_means_expired_already(
    journey, answer_with, stored, expires_in, seconds
):
    answer_with(expires_in=expires_in)
    with time_machine.travel(datetime.now(UTC), tick=False):
        assert journey.sign_in().status_code == 302
        now = int(time.time())
    (tokens,) = json.loads(stored()["accessTokenMap"])["x"].values()
    assert tokens["expiresAt"] == now + seconds - 60  # the SDK takes a minute off


@pytest.mark.catalogue(40)
@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        ("openid offline_access profile", ["email", "roles"]),
        ("openid  email\tprofile\nroles offline_access", []),
        ("", ["profile", "email", "roles"]),
    ],
)
def test_a_narrower_scope_is_recorded_and_told_once(
    journey, answer_with, settings, caplog, monkeypatch, scope, missing
):
    monkeypatch.setattr(scopes, "_told", set())
    asked = ("profile", "email", "roles")
    settings.LOGTO = {**settings.LOGTO, "SCOPES": asked}
    answer_with(scope=scope)
    assert journey.sign_in().status_code == 302
    request = journey.client.get("/protected/").wsgi_request
    assert set(request.logto.missing_scopes) >= set(missing)
    assert set(request.logto.missing_scopes).isdisjoint(scope.split())
    told = [
        r for r in caplog.records if r.__dict__.get("event") == "scopes_not_granted"
    ]
    assert len(told) == bool(missing)


@pytest.mark.catalogue(40)
@pytest.mark.parametrize("scope", [ABSENT, None, 7, ["openid"], {}])
def test_a_scope_that_is_no_text_says_nothing(journey, answer_with, scope):
    answer_with(scope=scope)
    assert journey.sign_in().status_code == 302
    assert journey.client.get("/protected/").wsgi_request.logto.missing_scopes == ()


@pytest.mark.catalogue(40)
def test_fifty_thousand_scopes_do_not_fill_the_session(journey, answer_with):
    answer_with(scope=" ".join(f"scope-{number}" for number in range(50_000)))
    assert journey.sign_in().status_code == 302
    assert len(json.dumps(dict(journey.client.session.items()))) < 4000


@pytest.mark.catalogue(39)
@pytest.mark.conformance("oidcc-client-test-client-secret-basic")
def test_the_secret_goes_in_the_authorization_header_and_nowhere_else(journey):
    journey.sign_in()
    (call,) = [call for call in journey.logto.calls if call.path == TOKEN]
    assert call.authorization == "Basic"
    assert call.query == {}
    assert set(call.form_names) == {
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
    }


@pytest.mark.catalogue(39)
@pytest.mark.parametrize("secret", [ABSENT, None, "", 7])
def test_without_a_secret_nothing_is_sent_at_all(journey, settings, secret):
    url = journey.callback_url()
    journey.logto.forget_calls()
    changed = {**settings.LOGTO, "APP_SECRET": secret}
    settings.LOGTO = {k: v for k, v in changed.items() if v is not ABSENT}
    for path in (url, "/logto/sign-in/"):
        error = journey.client.get(path).context["error"]
        assert error.code == "configuration_invalid"
        assert "APP_SECRET" in str(error)
    assert journey.logto.calls == []


@pytest.mark.catalogue(39)
def test_a_wrong_secret_is_told_without_it(journey, settings, caplog):
    caplog.set_level(logging.DEBUG)
    settings.DEBUG = True
    settings.LOGTO = {**settings.LOGTO, "APP_SECRET": SECRET}
    response = journey.sign_in()
    assert response.context["error"].code == "client_refused"
    assert not get_user_model().objects.exists()
    log = caplog.text + str([vars(record) for record in caplog.records])
    for spelling in SPELLINGS:
        assert spelling not in response.text
        assert spelling not in log
        assert spelling not in repr(response.context["error"])


@pytest.mark.catalogue(39)
def test_the_page_that_django_shows_developers_has_no_secret(journey, settings, hooks):
    def may_sign_in(self, user):
        raise RuntimeError("the site's own")

    journey.logto.application.secret = SECRET
    settings.LOGTO = {**settings.LOGTO, "APP_SECRET": SECRET}
    hooks(may_sign_in=may_sign_in)
    url = journey.callback_url()
    settings.DEBUG = True
    journey.client.raise_request_exception = False
    response = journey.client.get(url)
    assert response.status_code == 500
    assert "the site&#x27;s own" in response.text
    for spelling in SPELLINGS:
        assert spelling not in response.text


@pytest.mark.catalogue(39)
def test_no_object_shows_the_secret(journey, settings, monkeypatch):
    shown = []
    send = token_endpoint.Request

    def request(*args, **kwargs):
        made = send(*args, **kwargs)
        shown.append(repr(made))
        return made

    monkeypatch.setattr(token_endpoint, "Request", request)
    journey.logto.application.secret = SECRET
    settings.LOGTO = {**settings.LOGTO, "APP_SECRET": SECRET}
    assert journey.sign_in().status_code == 302
    shown += [repr(logto_settings), repr(journey.client.session.items())]
    assert len(shown) == 3
    for spelling in SPELLINGS:
        assert spelling not in "".join(shown)
