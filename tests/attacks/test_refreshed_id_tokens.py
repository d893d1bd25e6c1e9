"""ID tokens that come with a refresh and are somebody else's, or no good at all."""

import pytest
from django.contrib.sessions.models import Session

from logto_auth.models import LogtoSession
from tests.asking import ENDED, JSON, ROTATION, TOKEN, row, said, stored
from tests.attacks.forging import ABSENT, claims_with, header_with, minted

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.databases,
    pytest.mark.catalogue(88),
]

#: Claims that have to be those of the sign-in (OIDC Core, 12.2).
OTHERS = [
    ({"iss": "https://other.example/oidc"}, "wrong_issuer"),
    ({"sub": "mallory00001"}, "wrong_subject"),
    ({"sub": lambda sub: sub.upper()}, "wrong_subject"),
    ({"sub": ABSENT}, "wrong_subject"),
    ({"iss": lambda iss: f"{iss}/"}, "wrong_issuer"),
    ({"aud": "another-app"}, "wrong_audience"),
    ({"aud": ABSENT}, "wrong_audience"),
    ({"aud": lambda aud: [aud, "another"], "azp": "another"}, "wrong_audience"),
    ({"azp": "another-app"}, "wrong_authorized_party"),
    ({"nonce": "another-nonce"}, "wrong_nonce"),
    ({"auth_time": lambda moment: moment + 1}, "wrong_auth_time"),
    ({"auth_time": lambda moment: moment - 1}, "wrong_auth_time"),
]
#: Tokens of which nobody can tell whose they are, or that are too old to tell anything.
NO_GOOD = {
    "no signature": (header_with(alg="none"), "wrong_algorithm"),
    "a key of somebody else": (minted(owner="mallory"), "unknown_key"),
    "signed with the secret": (header_with(alg="HS256"), "wrong_algorithm"),
    "a signature that was cut": (minted(text=lambda token: token[:-8]), None),
    "expired": (claims_with(exp=lambda moment: moment - 7300), "expired"),
    "of tomorrow": (claims_with(iat=lambda moment: moment + 86400), "issued_in_future"),
    "a logout token": (claims_with(events={}), "wrong_type"),
    "an access token": (header_with(typ="at+jwt"), "wrong_type"),
    "another access token's": (claims_with(at_hash="x"), "wrong_at_hash"),
    "no token": (lambda claims, header: "x", "malformed_token"),
}


@pytest.fixture
def signed_in(asker, later):
    """A visitor whose access token has ended, and whose ID token has an `auth_time`."""
    asker.sign_in("alice", max_age="86400")
    later(ENDED)
    return asker


@pytest.mark.conformance(
    "oidcc-client-test-refresh-token-invalid-issuer",
    "oidcc-client-test-refresh-token-invalid-sub",
)
@pytest.mark.parametrize(("changes", "reason"), OTHERS)
def test_one_of_somebody_else_ends_the_session(
    signed_in, logto, caplog, changes, reason
):
    caplog.set_level("INFO", "logto_auth")
    logto.forge_id_token = claims_with(**changes)
    answer = signed_in.ask()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/logto/sign-in/?")
    assert not LogtoSession.objects.exists()
    assert not Session.objects.exists()
    (told,) = said(caplog, "session_ended")
    assert told["reason"] == "identity_changed"
    assert told["cause"] in {reason, "wrong_authorized_party"}
    assert signed_in.ask(headers=JSON).status_code == 401


@pytest.mark.parametrize("kind", NO_GOOD)
def test_one_that_is_no_good_is_refused_and_ends_nothing(signed_in, logto, kind):
    before, version = stored(), row().version
    logto.forge_id_token, reason = NO_GOOD[kind]
    answer = signed_in.ask()
    assert answer.status_code == 502
    assert answer.context["error"].code in {"token_invalid", "signing_key_unknown"}
    assert reason in {answer.context["error"].reason, None}
    assert stored() == before
    assert (row().version, row().lease_until) == (version, 0)
    logto.stop_forging()
    assert signed_in.token()


def test_none_at_all_leaves_what_is_known(signed_in, logto):
    known = stored()["idToken"]
    logto.forge_token_response = lambda told: {
        name: told[name] for name in told if name != "id_token"
    }
    answer = signed_in.ask().json()
    assert answer["claims"]["sub"] == logto.people["alice"].sub
    assert stored()["idToken"] == known


@pytest.mark.parametrize("absent", ["nonce", "auth_time"])
def test_what_one_leaves_out_is_held_against_the_next(signed_in, logto, later, absent):
    logto.forge_id_token = claims_with(**{absent: ABSENT})
    assert signed_in.token()
    later(ENDED)
    logto.stop_forging()
    assert signed_in.token(), "that of the sign-in is right again"
    later(ENDED)
    logto.forge_id_token = claims_with(**{absent: ABSENT})
    assert signed_in.token()
    later(ENDED)
    other = {"nonce": "another", "auth_time": 1}[absent]
    logto.forge_id_token = claims_with(**{absent: other})
    assert signed_in.ask().status_code == 302
    assert not LogtoSession.objects.exists()


def test_a_key_that_was_rotated_meanwhile_is_fetched(signed_in, logto):
    logto.rotate_keys(keep_previous=False)
    assert signed_in.token()


def test_one_of_somebody_else_is_worth_nothing_where_a_token_still_lives(
    asker, logto, later
):
    asker.sign_in("alice")
    later(3545)
    logto.forge_id_token = claims_with(sub="mallory00001")
    assert asker.ask().status_code == 302
    assert not LogtoSession.objects.exists()


def test_a_refresh_token_that_came_with_one_that_is_no_good_is_not_lost(
    asker, logto, later
):
    asker.sign_in("alice")
    before = stored()
    later(ROTATION)
    logto.forge_id_token = header_with(alg="none")
    assert asker.ask().status_code == 502
    after = stored()
    assert after["refreshToken"] in logto.refresh_tokens
    assert after["refreshToken"] != before["refreshToken"]
    assert {**after, "refreshToken": ""} == {**before, "refreshToken": ""}
    logto.stop_forging()
    logto.clock.advance(5)  # Logto now takes the old one for stolen
    assert asker.token()
    assert logto.count(TOKEN) == 3
