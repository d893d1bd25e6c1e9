"""Each step of a sign-in, and what a living session changes."""

from email.utils import parsedate_to_datetime

import pytest

from .recorded_tenant import BOB
from .recordings import load
from .server_under_test import CONSENT, callback_parameters

recording = pytest.mark.recording


@recording("351", "793")
def test_a_sign_in_takes_the_same_steps(server, same_steps):
    answers = server.sign_in(**CONSENT, nonce="n0nce")
    same_steps("351", answers)
    same_steps("793", answers)


def test_cookies_live_as_long(server):
    answers = server.sign_in(**CONSENT)
    expected = [
        load(f"351-http-sign-in-{step}")["response"]["headers"]
        for step in ("0auth-hop1", "5-hop3")
    ]
    found = [
        [f"set-cookie: {line}" for line in answer.headers.get_list("set-cookie")]
        for answer in (answers[0], answers[-1])
    ]
    between = [
        expiry(last, "_session") - expiry(first, "_interaction")
        for first, last in (expected, found)
    ]
    assert abs(between[1] - between[0]).total_seconds() < 5
    sent_at = parsedate_to_datetime(answers[0].headers["Date"])
    lives = expiry(found[0], "_interaction") - sent_at
    assert abs(lives.total_seconds() - 3600) < 5


def expiry(lines, cookie):
    """Return until when the header ``lines`` of an answer let ``cookie`` live."""
    (line,) = (line for line in lines if line.startswith(f"set-cookie: {cookie}="))
    return parsedate_to_datetime(line.partition("expires=")[2].partition(";")[0])


@recording("761")
def test_another_person_takes_them_too(server, same_steps, simulator):
    same_steps("761", server.sign_in("bob", BOB.password, **CONSENT))


@recording("833")
def test_an_unknown_username_is_refused(server, same_steps):
    answers = server.sign_in(username="nosuchuser", password="x", **CONSENT)
    same_steps("833", answers)


@recording("459")
def test_a_suspended_person_is_refused(server, same_steps, simulator):
    simulator.people["bob"].suspended = True
    try:
        answers = server.sign_in("bob", BOB.password, **CONSENT)
    finally:
        simulator.people["bob"].suspended = False
    same_steps("459", answers)


@recording("831-sign-in-locked-out-0auth-hop1")
@recording("831-sign-in-locked-out-1put-experience")
def test_who_is_locked_out_learns_it_with_the_password_only(server, same):
    server.client.cookies.clear()
    same("831-sign-in-locked-out-0auth-hop1", server.authorize(**CONSENT))
    begun = server.answer_prompt("nosuchuser", "x")[0]
    same("831-sign-in-locked-out-1put-experience", begun)


@recording("460", "461")
def test_a_living_session_needs_no_prompt(server, same):
    server.sign_in()
    same("460", server.authorize())
    same("461", server.authorize(prompt="none"))


@recording("462", "463")
def test_a_living_session_does_not_stop_a_prompt(server, same):
    server.sign_in()
    same("462", server.authorize(prompt="login"))
    same("463", server.authorize(max_age="0"))


@recording("792", "811", "812")
def test_access_control_keeps_a_person_on_logtos_page(
    server, same, same_steps, simulator
):
    simulator.application.access_control_denied = {"bob"}
    try:
        answers = server.sign_in("bob", BOB.password, **CONSENT)
        same_steps("792", answers)
        same("811", server.authorize(prompt="none"))
        same("812", server.authorize())
    finally:
        simulator.application.access_control_denied = set()


class TestThirdParties:
    @recording("810")
    def test_nothing_is_granted_without_asking(self, server, same):
        third_party = server.application("THIRD_PARTY_")
        server.sign_in(scope="openid")
        same("810", server.authorize(third_party, prompt="none", state="x"))

    @recording("815", "816", "817", "818")
    def test_they_get_what_the_person_consents_to(self, server, same, later_alice):
        third_party = server.application("THIRD_PARTY_")
        scope = "openid offline_access profile email"
        page = server.sign_in(application=third_party, scope=scope, prompt="consent")[
            -1
        ]
        assert page.status_code == 200
        asked = server.client.get("/api/interaction/consent")
        same("815", asked)
        assert asked.json()["missingOIDCScope"] == ["profile", "email"]
        assert asked.json()["redirectUri"] == third_party.redirect_uri
        given = server.client.post("/api/interaction/consent", json={})
        same("816", given)
        code = callback_parameters(server.follow(given.json()["redirectTo"])[-1])
        tokens = server.exchange(code["code"], third_party)
        same("817", tokens)
        same("818", server.userinfo(tokens.json()["access_token"]))
