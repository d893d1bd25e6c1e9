"""Only a logout token of Logto's, for this application and new, ends a session."""

import json
import time

import pytest

from logto_auth.engine import logout_token
from logto_auth.engine.logout_token import EVENT, MAX_AGE
from logto_auth.models import LogtoSession, UsedLogoutToken
from logto_auth.testing import Application
from tests.journey import Journey
from tests.unit.minted_tokens import ABSENT

from .forging import claims_with, header_with, minted, publish_keys
from .logout_tokens import URL, is_signed_in, register, send

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(103)]

OTHER_EVENT = "http://schemas.openid.net/event/other"


@pytest.fixture
def signed_in(journey, logto):
    """Alice, signed in with the id of her session at Logto."""
    register(logto)
    journey.sign_in("alice")
    assert LogtoSession.objects.get().sid
    return journey.client


@pytest.fixture
def refuses(signed_in, logto, caplog):
    """Check that a token changes nothing, and that the log says why."""

    def check(token, reason):
        caplog.clear()
        response = send(signed_in, token)
        assert response.status_code == 400
        assert response.json() == {"error": "invalid_request"}
        assert "no-store" in response["Cache-Control"]
        (record,) = [r for r in caplog.records if r.name == "logto_auth"]
        assert (record.event, record.logto["reason"]) == (
            "logout_token_refused",
            reason,
        )
        assert is_signed_in(signed_in)
        assert LogtoSession.objects.count() == 1
        assert not UsedLogoutToken.objects.exists()

    return check


def test_a_right_one_ends_the_session(signed_in, logto):
    response = send(signed_in, logto.logout_token("alice"))
    assert response.status_code == 200
    assert response.content == b""
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response
    assert not is_signed_in(signed_in)
    assert not LogtoSession.objects.exists()


NOW = time.time()
WRONG_CLAIMS = {
    "another issuer": ({"iss": "https://evil.example/oidc"}, "wrong_issuer"),
    "the issuer with a slash": ({"iss": lambda iss: iss + "/"}, "wrong_issuer"),
    "no issuer": ({"iss": ABSENT}, "wrong_issuer"),
    "another application": ({"aud": "another-app"}, "wrong_audience"),
    "no audience": ({"aud": ABSENT}, "wrong_audience"),
    "other audiences": ({"aud": ["a", "b"]}, "wrong_audience"),
    "an audience that is none": ({"aud": lambda aud: [aud, 7]}, "wrong_audience"),
    "no events": ({"events": ABSENT}, "wrong_event"),
    "another event": ({"events": {OTHER_EVENT: {}}}, "wrong_event"),
    "the event as a text": ({"events": EVENT}, "wrong_event"),
    "the event in a list": ({"events": [EVENT]}, "wrong_event"),
    "the event without an object": ({"events": {EVENT: True}}, "wrong_event"),
    "a nonce": ({"nonce": "n0nce"}, "nonce_present"),
    "an empty nonce": ({"nonce": None}, "nonce_present"),
    "no jti": ({"jti": ABSENT}, "wrong_token_id"),
    "an empty jti": ({"jti": ""}, "wrong_token_id"),
    "a jti that is a number": ({"jti": 7}, "wrong_token_id"),
    "no exp": ({"exp": ABSENT}, "malformed_time"),
    "a past exp": ({"exp": lambda exp: exp - 3600}, "expired"),
    "no iat": ({"iat": ABSENT}, "malformed_time"),
    "an old iat": ({"iat": lambda iat: iat - MAX_AGE}, "issued_too_long_ago"),
    "an iat to come": ({"iat": lambda iat: iat + 3600}, "issued_in_future"),
    "nobody": ({"sub": ABSENT, "sid": ABSENT}, "nobody"),
    "an empty sub": ({"sub": ""}, "wrong_subject"),
    "a sub that is a list": ({"sub": lambda sub: [sub]}, "wrong_subject"),
    "a sub with NUL": ({"sub": lambda sub: sub + "\0"}, "wrong_subject"),
    "an empty sid": ({"sid": ""}, "wrong_session"),
    "a sid that is null": ({"sid": None}, "wrong_session"),
    "a sid without end": ({"sid": "s" * 256}, "wrong_session"),
}


@pytest.mark.parametrize("case", WRONG_CLAIMS)
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-no-event")
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce")
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud")
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event")
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss")
def test_wrong_claims_change_nothing(case, refuses, logto):
    changes, reason = WRONG_CLAIMS[case]
    logto.forge_logout_token = claims_with(**changes)
    refuses(logto.logout_token("alice"), reason)


@pytest.mark.parametrize("typ", [ABSENT, "JWT", "at+jwt", "logout", 7])
def test_another_type_changes_nothing(typ, refuses, logto):
    logto.forge_logout_token = header_with(typ=typ)
    reason = "malformed_header" if typ == 7 else "wrong_type"
    refuses(logto.logout_token("alice"), reason)


def test_the_type_may_be_written_in_full(signed_in, logto):
    logto.forge_logout_token = header_with(typ="application/logout+JWT")
    assert send(signed_in, logto.logout_token("alice")).status_code == 200
    assert not is_signed_in(signed_in)


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "ES256K"])
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-alg-none")
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg")
def test_another_algorithm_changes_nothing(alg, refuses, logto):
    logto.forge_logout_token = minted(alg, b"", typ="logout+jwt")
    refuses(logto.logout_token("alice"), "wrong_algorithm")


def test_the_key_of_somebody_else_changes_nothing(refuses, logto):
    publish_keys(logto)
    logto.forge_logout_token = minted(owner="mallory", typ="logout+jwt")
    refuses(logto.logout_token("alice"), "wrong_signature")


def test_a_changed_payload_changes_nothing(refuses, logto):
    first, payload, last = logto.logout_token("alice").split(".")
    refuses(f"{first}.{payload[:-4]}AAAA.{last}", "wrong_signature")


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c.d", "é", "." * 3], ids=repr)
def test_what_is_no_token_changes_nothing(token, refuses):
    refuses(token, "malformed_form" if token == "" else "malformed_token")


def test_an_id_token_and_an_access_token_change_nothing(journey, refuses, logto):
    told = {}
    logto.forge_token_response = lambda answer: told.update(answer) or answer
    journey.sign_in("alice", prompt="login")
    refuses(told["id_token"], "wrong_type")
    refuses(told["access_token"], "malformed_token")


def test_an_id_token_that_calls_itself_a_logout_token_changes_nothing(
    journey, refuses, logto
):
    logto.forge_logout_token = lambda claims, header: (
        {"sub": claims["sub"], "nonce": "n"}
        | {k: claims[k] for k in ("iss", "aud")}
        | {"iat": int(time.time()), "exp": int(time.time()) + 60},
        header,
    )
    refuses(logto.logout_token("alice"), "wrong_event")


def test_a_token_for_another_application_of_the_tenant_changes_nothing(refuses, logto):
    other = Application(app_id="other-app", redirect_uris=("http://other/",))
    logto.applications["other-app"] = other
    refuses(logto.logout_token("alice", other), "wrong_audience")


def test_a_token_that_comes_twice_changes_nothing(signed_in, logto):
    token = logto.logout_token("alice")
    assert send(signed_in, token).status_code == 200
    Journey(logto, signed_in).sign_in("alice")  # with a new session at Logto
    assert send(signed_in, token).status_code == 400
    assert is_signed_in(signed_in)
    assert UsedLogoutToken.objects.count() == 1
    assert LogtoSession.objects.count() == 1


@pytest.mark.catalogue(116)
def test_an_unknown_session_is_answered_as_a_known_one(signed_in, logto):
    logto.forge_logout_token = claims_with(sid="unknown")
    unknown = send(signed_in, logto.logout_token("alice"))
    logto.stop_forging()
    assert is_signed_in(signed_in)
    known = send(signed_in, logto.logout_token("alice"))
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)
    assert unknown.headers == known.headers


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_no_other_method_does_anything(method, signed_in):
    response = getattr(signed_in, method)(URL)
    assert response.status_code == 405
    assert "no-store" in response["Cache-Control"]
    assert is_signed_in(signed_in)


def wrongly_sent(client, token):
    """Yield answers to a right token that was not sent as it has to be."""
    yield client.post(URL, {"logout_token": token})  # multipart
    yield client.post(URL, json.dumps({"logout_token": token}), "application/json")
    yield client.post(URL, f"logout_token={token}", "text/plain")
    form = "application/x-www-form-urlencoded"
    yield client.post(URL, f"logout_token={token}&logout_token={token}", form)
    yield client.post(URL, f"Logout_Token={token}", form)
    yield client.post(URL, "&".join(["a=b"] * 50 + [f"logout_token={token}"]), form)
    yield client.post(URL, f"x={'x' * 10_000_000}&logout_token={token}", form)
    yield client.post(f"{URL}?logout_token=x", "", form)


def test_a_token_that_is_sent_otherwise_changes_nothing(signed_in, logto, settings):
    for limit in (None, 100, 2621440):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = limit
        for answer in wrongly_sent(signed_in, logto.logout_token("alice")):
            assert answer.status_code == 400
            assert answer.json() == {"error": "invalid_request"}
    assert is_signed_in(signed_in)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert send(signed_in, logto.logout_token("alice")).status_code == 200


def test_a_site_can_limit_how_many_come(signed_in, logto, settings):
    settings.LOGTO = {
        **settings.LOGTO,
        "RATE_LIMITS": {"backchannel_logout": "2/h"},
    }
    answers = [send(signed_in, "x") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert send(signed_in, logto.logout_token("alice")).status_code == 429
    assert is_signed_in(signed_in)


def test_every_reason_of_its_own_was_given():
    assert {reason for _, reason in WRONG_CLAIMS.values()} >= logout_token.REASONS
