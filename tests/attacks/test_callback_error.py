"""What calls itself an error of Logto's is refused or shown, and changes nothing."""

import pytest
from django.test import Client

from tests.attacks.visitors import (
    CALLBACK,
    attempts_of,
    give,
    who,
)
from tests.journey import Journey, path_of, query_of

pytestmark = pytest.mark.django_db

ERRORS = ["access_denied", "login_required", "server_error", "<script>", "\0", "x" * 99]


@pytest.mark.catalogue(18)
@pytest.mark.parametrize("error", ERRORS, ids=ascii)
@pytest.mark.parametrize(
    "state", [{}, {"state": ""}, {"state": "wrong"}], ids=["absent", "empty", "wrong"]
)
def test_an_error_without_the_state_of_an_attempt_changes_nothing(
    journey, refused, kept, error, state
):
    give(journey, "a sign-in")
    journey.start(prompt="login")
    before = attempts_of(journey.client)
    with kept(journey.client):
        response = journey.client.get(CALLBACK, {"error": error, **state})
        refused(response, "state_unknown")
    assert attempts_of(journey.client) == before
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(18, 28)
def test_an_error_with_the_state_of_another_browser_changes_nothing(
    journey, logto, refused, kept
):
    state = query_of(Journey(logto, Client()).start())["state"]
    give(journey, "a sign-in")
    query = {"error": "access_denied", "state": state}
    with kept(journey.client):
        refused(journey.client.get(CALLBACK, query), "state_unknown")
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(18)
def test_an_error_for_an_attempt_that_was_finished_signs_nobody_out(journey, kept):
    url = journey.callback_url(next="/protected/")
    journey.client.get(url)
    query = {"error": "access_denied", "state": query_of(url)["state"]}
    with kept(journey.client):
        response = journey.client.get(CALLBACK, query)
    assert response["Location"] == "/protected/"
    assert who(journey.client) == "alice"


TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "%(secret)s %s {0.__class__}",
    "\x1b[31mred\x1b]8;;https://evil.example\x07",
    "one\r\nSet-Cookie: x=1\r\n\r\nlogto_auth forged line",
    "\0\x07\u2028\u202e\ufeff",
    "y" * 4000,
]


@pytest.mark.catalogue(19)
@pytest.mark.parametrize("debug", [False, True], ids=["production", "DEBUG"])
@pytest.mark.parametrize("name", ["error", "error_description"])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_what_an_error_says_is_escaped_cut_and_logged_on_one_line(
    journey, refused, kept, settings, caplog, debug, name, text
):
    give(journey, "a sign-in")
    state = query_of(journey.start(prompt="login"))["state"]
    settings.DEBUG = debug
    iss = journey.logto.issuer
    query = {"error": "server_error", name: text, "state": state, "iss": iss}
    with kept(journey.client):
        response = journey.client.get(CALLBACK, query)
        lines = [r.getMessage() for r in caplog.records if r.name == "logto_auth"]
        refused(response, "authorization_refused")
    page = response.text
    for raw in ("<script", "<img", "<svg", "\x1b", "\0", "y" * 201, "for-tests-only"):
        assert raw not in page
    assert "evil.example" not in str(response.headers)
    line = lines[-1]
    assert line.isprintable()
    assert len(line) < 1100


@pytest.mark.catalogue(19)
@pytest.mark.parametrize("name", ["error", "error_description"])
@pytest.mark.parametrize("size", [5_000, 2_000_000])
def test_an_error_of_megabytes_is_refused(journey, refused, kept, name, size):
    give(journey, "a sign-in")
    state = query_of(journey.start(prompt="login"))["state"]
    query = {"error": "server_error", name: "y" * size, "state": state}
    with kept(journey.client):
        response = journey.client.get(CALLBACK, query)
        refused(response, "authorization_response_invalid", name)
    assert len(response.content) < 5_000


@pytest.mark.catalogue(20)
@pytest.mark.parametrize("error", ERRORS, ids=ascii)
def test_an_error_with_a_code_is_refused(journey, refused, kept, error):
    give(journey, "a sign-in")
    journey.logto.forge_authorization_response = lambda answer: {
        **answer,
        "error": error,
    }
    url = journey.callback_url(prompt="login")
    with kept(journey.client):
        response = journey.client.get(url)
        refused(response, "authorization_response_invalid", "code_and_error")
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(34)
@pytest.mark.parametrize(
    ("page", "hops_expected"),
    [("/protected/", 2), ("/logto/sign-in/?prompt=none&next=/protected/", 1)],
)
def test_a_logto_that_keeps_saying_login_required_ends_at_a_page_each_time(
    journey, refused, page, hops_expected
):
    journey.visitor.sign_in(journey.start(prompt="login"), "alice")
    journey.logto.forge_authorization_response = lambda answer: {
        "error": "login_required",
        "state": answer["state"],
        "iss": answer["iss"],
    }
    for _ in range(5):
        url, hops = page, 0
        while hops < 20:
            response = journey.client.get(url)
            if response.status_code != 302:
                break
            url, hops = response["Location"], hops + 1
            if url.startswith(journey.logto.endpoint):
                url = path_of(journey.visitor.open(url))
        assert hops == hops_expected, "never back to Logto by itself"
        refused(response, "authorization_refused", "login_required")
        assert "Refresh" not in response
        assert 'http-equiv="refresh"' not in response.text
    assert journey.logto.count("/oidc/token") == 0
