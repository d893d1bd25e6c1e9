"""Userinfo that is about somebody else, or is none (OIDC Core, 5.3)."""

import json

import pytest
from django.contrib.auth import get_user_model

from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.testing import Fault

pytestmark = pytest.mark.django_db
User = get_user_model()
USERINFO = "/oidc/me"
TOKEN = "/oidc/token"


@pytest.fixture
def signed_in(journey):
    """A visitor who is somebody else already, and is kept so."""
    journey.sign_in("ada")
    return journey


def nobody_new(journey):
    """Check that nothing was made for alice, in whole or in part."""
    assert not User.objects.filter(username="alice").exists()
    assert LogtoAccount.objects.count() == 1
    assert LogtoSession.objects.count() == 1
    assert journey.client.get("/protected/").json()["user"] == "ada"


def paths(logto):
    return [call.path for call in logto.calls]


# About somebody else


@pytest.mark.catalogue(71)
@pytest.mark.conformance("oidcc-client-test-userinfo-invalid-sub")
@pytest.mark.parametrize(
    "sub",
    [
        None,
        "",
        "ada000000004",
        "ALICE0000001",
        "alice0000001 ",
        "alice0000001\u200b",
        "alice000000\uff11",
        "alice0000001\0",
        1,
        True,
        ["alice0000001"],
        {"sub": "alice0000001"},
    ],
    ids=repr,
)
def test_userinfo_about_another_subject_is_refused(signed_in, refused, kept, sub):
    callback = signed_in.callback_url("alice", prompt="login")
    signed_in.logto.forge_userinfo = lambda document: {
        **{name: value for name, value in document.items() if name != "sub"},
        **({} if sub is None else {"sub": sub}),
    }
    with kept(signed_in.client):
        response = signed_in.client.get(callback)
        refused(response, "provider_response_invalid", "userinfo_subject")
    nobody_new(signed_in)


@pytest.mark.catalogue(71)
def test_a_number_is_not_the_subject_that_has_the_same_digits(journey, refused):
    journey.logto.people["alice"].sub = "7"
    callback = journey.callback_url()
    journey.logto.forge_userinfo = lambda document: {**document, "sub": 7}
    response = journey.client.get(callback)
    refused(response, "provider_response_invalid", "userinfo_subject")
    assert not User.objects.exists()


# None at all

SIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZTAwMDAwMDEifQ."


@pytest.mark.catalogue(72)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 401}, "provider_response_invalid"),
        ({"status": 403, "body": "{}"}, "provider_response_invalid"),
        ({"status": 404}, "provider_response_invalid"),
        ({"status": 429, "headers": {"Retry-After": "60"}}, "provider_busy"),
        ({"status": 500}, "provider_response_invalid"),
        ({"status": 503}, "provider_busy"),
        ({"status": 204}, "provider_response_invalid"),
        ({"status": 302, "headers": {"Location": "/"}}, "provider_response_invalid"),
        ({"body": "<html>"}, "provider_response_invalid"),
        ({"body": ""}, "provider_response_invalid"),
        ({"body": "null"}, "provider_response_invalid"),
        ({"body": '"alice0000001"'}, "provider_response_invalid"),
        ({"body": '{"sub": "alice0000001"'}, "provider_response_invalid"),
        ({"body": '{"sub": "alice0000001", "x": NaN}'}, "provider_response_invalid"),
        (
            {"body": b'{"sub": "alice0000001", "x": "\xff"}'},
            "provider_response_invalid",
        ),
        ({"body": "[" * 3000 + "]" * 3000}, "provider_response_invalid"),
        (
            {"body": SIGNED, "headers": {"Content-Type": "application/jwt"}},
            "provider_response_invalid",
        ),
        ({"body": json.dumps(SIGNED)}, "provider_response_invalid"),
        ({"close": True}, "provider_unreachable"),
        ({"hang": True}, "provider_timeout"),
        ({"drip": 0.05}, "provider_timeout"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_without_userinfo_nobody_is_made_in_part(
    signed_in, refused, kept, settings, fault, code
):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 0.5}
    callback = signed_in.callback_url("alice", prompt="login")
    signed_in.logto.faults.put(USERINFO, Fault(**fault))
    signed_in.logto.forget_calls()
    with kept(signed_in.client):
        refused(signed_in.client.get(callback), code)
    nobody_new(signed_in)
    assert paths(signed_in.logto) == [TOKEN, USERINFO]
    # The code was sent: coming again sends it no more.
    signed_in.logto.faults.clear()
    assert signed_in.client.get(callback).status_code == 400
    assert paths(signed_in.logto).count(TOKEN) == 1


@pytest.mark.catalogue(72)
@pytest.mark.parametrize("is_known", [False, True])
def test_who_is_refused_for_lack_of_userinfo_is_let_in_the_next_time(
    journey, refused, is_known
):
    if is_known:
        journey.sign_in()
        journey.client.logout()
    before = LogtoAccount.objects.values().first()
    journey.logto.faults.put(USERINFO, Fault(status=500))
    refused(journey.sign_in(prompt="login"), "provider_response_invalid")
    assert LogtoAccount.objects.values().first() == before
    assert User.objects.count() == is_known
    assert not LogtoSession.objects.exists()
    journey.logto.faults.clear()
    assert journey.sign_in(prompt="login").status_code == 302
    assert User.objects.count() == 1


@pytest.mark.catalogue(71)
@pytest.mark.conformance("oidcc-client-test-userinfo-bearer-header")
def test_userinfo_is_asked_once_with_the_token_in_a_header_and_nowhere_else(journey):
    callback = journey.callback_url()
    journey.logto.forget_calls()
    assert journey.client.get(callback).status_code == 302
    (call,) = [call for call in journey.logto.calls if call.path == USERINFO]
    assert (call.method, call.authorization) == ("GET", "Bearer")
    assert (call.query, call.form_names) == ({}, ())
