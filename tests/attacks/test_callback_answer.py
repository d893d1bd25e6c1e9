"""Only the answer that Logto gave to this very attempt signs anybody in."""

import pytest
from django.core.cache import cache
from django.test import Client

from logto_auth.engine.provider import forget_providers
from logto_auth.testing import Fault
from tests.attacks.visitors import (
    CALLBACK,
    attempts_of,
    changed,
    each_visitor,
    give,
    who,
)
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db

ISSUERS = {
    "missing": lambda iss: {},
    "empty": lambda iss: {"iss": ""},
    "another's": lambda iss: {"iss": "https://evil.example/oidc"},
    "with a slash": lambda iss: {"iss": f"{iss}/"},
    "upper case": lambda iss: {"iss": iss.upper()},
    "a part of it": lambda iss: {"iss": iss[:-1]},
    "more than it": lambda iss: {"iss": f"{iss}x"},
    "over https": lambda iss: {"iss": iss.replace("http:", "https:")},
    "the endpoint": lambda iss: {"iss": iss.removesuffix("/oidc")},
    "with NUL": lambda iss: {"iss": f"{iss}\0"},
    "long": lambda iss: {"iss": f"{iss}/{'x' * 4000}"},
}


@pytest.mark.catalogue(21)
@pytest.mark.parametrize("kind", ISSUERS)
def test_an_answer_of_another_issuer_is_refused(journey, refused, kept, kind):
    def forge(answer):
        iss = answer.pop("iss")
        return {**answer, **ISSUERS[kind](iss)}

    give(journey, "a sign-in")
    journey.logto.forge_authorization_response = forge
    url = journey.callback_url(prompt="login")
    with kept(journey.client):
        refused(journey.client.get(url), "authorization_response_invalid")
    assert journey.logto.count("/oidc/token") == 0
    assert journey.client.session["cart"] == ["tea"]


@pytest.mark.catalogue(21)
@pytest.mark.parametrize("second", ["https://evil.example/oidc", None])
def test_the_issuer_twice_is_refused(journey, refused, kept, second):
    give(journey, "a cart")
    journey.logto.forge_authorization_response = lambda answer: [
        *answer.items(),
        ("iss", second or answer["iss"]),
    ]
    url = journey.callback_url()
    with kept(journey.client):
        response = journey.client.get(url)
        refused(response, "authorization_response_invalid", "iss")
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(21)
def test_the_issuer_may_be_missing_where_logto_promises_none(journey):
    journey.logto.forge_discovery = lambda document: {
        **document,
        "authorization_response_iss_parameter_supported": False,
    }
    assert journey.client.get(changed(journey.callback_url(), iss=None))["Location"]
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(21)
def test_an_error_without_the_issuer_is_refused_as_an_answer_is(journey, refused, kept):
    give(journey, "a sign-in")
    state = query_of(journey.start(prompt="login"))["state"]
    query = {"error": "server_error", "state": state}
    with kept(journey.client):
        response = journey.client.get(CALLBACK, query)
        refused(response, "authorization_response_invalid", "wrong_issuer")


@pytest.mark.catalogue(21)
@pytest.mark.parametrize("case", ["logto is down", "logto promises none"])
def test_an_error_without_the_issuer_is_shown_where(journey, refused, kept, case):
    give(journey, "a sign-in")
    state = query_of(journey.start(prompt="login"))["state"]
    forget_providers()
    cache.clear()
    if case == "logto is down":
        journey.logto.faults.put("/openid-configuration", Fault(status=503))
    else:
        journey.logto.forge_discovery = lambda document: {
            **document,
            "authorization_response_iss_parameter_supported": False,
        }
    query = {"error": "server_error", "state": state}
    with kept(journey.client):
        response = journey.client.get(CALLBACK, query)
        refused(response, "authorization_refused", "server_error")


CODES = [
    ("", "authorization_response_invalid"),
    ("x" * 1_000_000, "authorization_response_invalid"),
    ("x" * 4_000, "token_request_refused"),
    ("x\r\nHost: evil.example\r\n\r\n", "token_request_refused"),
    ("x&client_id=evil&grant_type=password", "token_request_refused"),
    ("\0", "token_request_refused"),
    ("é😀", "token_request_refused"),
    ("../../token", "token_request_refused"),
]


@pytest.mark.catalogue(22)
@pytest.mark.parametrize(("forged", "code"), CODES, ids=lambda value: ascii(value[:20]))
def test_a_code_that_logto_never_gave_is_refused(journey, refused, kept, forged, code):
    give(journey, "a sign-in")
    url = journey.callback_url(prompt="login")
    with kept(journey.client):
        refused(journey.client.get(changed(url, code=forged)), code)
    calls = [c for c in journey.logto.calls if c.path == "/oidc/token"]
    assert len(calls) == (code == "token_request_refused")
    for call in calls:
        assert sorted(call.form_names) == sorted(set(call.form_names))
        assert "code" in call.form_names
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(22)
@pytest.mark.parametrize("second", ["again", None], ids=["another", "the same"])
def test_a_code_twice_is_refused(journey, refused, kept, second):
    give(journey, "a cart")
    url = journey.callback_url()
    with kept(journey.client):
        twice = f"{url}&code={second or query_of(url)['code']}"
        refused(journey.client.get(twice), "authorization_response_invalid", "code")
    assert journey.logto.count("/oidc/token") == 0
    assert journey.client.get(url).status_code == 302, "the attempt is kept"


TOKENS = {
    "id_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzb2ZpYSJ9.",
    "access_token": "x",
    "token_type": "Bearer",
    "expires_in": "3600",
    "refresh_token": "x",
    "username": "sofia",
    "sub": "sofia",
    "next": "https://evil.example/",
    "redirect_uri": "https://evil.example/",
}


@pytest.mark.catalogue(24)
def test_tokens_in_the_address_beside_a_code_are_not_looked_at(journey):
    response = journey.client.get(changed(journey.callback_url(), **TOKENS))
    assert response["Location"] == "/"
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(24)
@each_visitor
def test_tokens_in_the_address_instead_of_a_code_sign_nobody_in(
    journey, refused, kept, has
):
    give(journey, has)
    url = changed(journey.callback_url(prompt="login"), code=None, **TOKENS)
    with kept(journey.client):
        response = journey.client.get(url)
        refused(response, "authorization_response_invalid", "code")
        refused(journey.client.get(CALLBACK, TOKENS), "state_unknown", "absent")
    assert journey.client.session["cart"] == ["tea"]


@pytest.mark.catalogue(27)
@each_visitor
def test_a_stolen_code_is_worth_nothing_in_another_attempt(
    journey, logto, refused, kept, has
):
    stolen = query_of(Journey(logto, Client()).callback_url("sofia"))["code"]
    give(journey, has)
    before = attempts_of(journey.client)
    url = journey.callback_url(prompt="login")
    with kept(journey.client):
        response = journey.client.get(changed(url, code=stolen))
        refused(response, "token_request_refused", "invalid_grant")
    assert attempts_of(journey.client) == before
    assert who(journey.client) == ("alice" if has == "a sign-in" else None)


@pytest.mark.catalogue(27)
def test_a_stolen_code_is_found_out_by_its_nonce_where_pkce_is_not_checked(
    journey, logto, refused, kept
):
    victim = query_of(Journey(logto, Client()).start())
    give(journey, "a cart")
    url = journey.callback_url("sofia")
    logto.forge_id_token = lambda claims, header: (
        {**claims, "nonce": victim["nonce"]},
        header,
    )
    with kept(journey.client):
        refused(journey.client.get(url), "token_invalid", "wrong_nonce")
    assert who(journey.client) is None
