"""How long refresh tokens live, and when they make room for others."""

import json

import pytest

from logto_auth.engine.token_response import raise_for_error, refreshed_tokens
from logto_auth.engine.transport import Response
from logto_auth.errors import TokenRequestRefused

from .recorded_tenant import BOB
from .recordings import load, names
from .server_under_test import CONSENT, callback_parameters

recording = pytest.mark.recording
OFFLINE = {"scope": "openid offline_access profile", "prompt": "consent"}
DAY = 24 * 3600
#: What a real Logto answered to a refresh, and what that means here.
REFUSED = {
    "376": "invalid_target",
    "378": "invalid_scope",
    "379": "invalid_target",
    "389": "invalid_grant",
    "404": "insufficient_scope",
    "405": "invalid_target",
    "375": "access_denied",
    "418": "invalid_grant",
    "434": "invalid_grant",
    "450": "invalid_grant",
    "453": "invalid_grant",
    "455": "invalid_grant",
    "457": "invalid_grant",
}
GRANTED = ["370", "371", "373", "374", "377", "401", "403", "410", "411", "412", "416"]
LATEST_REUSE_SECONDS = 2
BEYOND_REUSE_SECONDS = 4


@recording("370")
def test_they_stay_the_same_for_a_confidential_application(server, same):
    tokens = server.tokens(**CONSENT, nonce="n0nce2")
    answer = server.refresh(tokens["refresh_token"])
    same("370", answer)
    assert answer.json()["refresh_token"] == tokens["refresh_token"]


@recording("377", "378", "389")
def test_scopes_may_be_fewer_and_not_more(server, same):
    token = server.tokens(**CONSENT, nonce="n0nce2")["refresh_token"]
    same("377", server.refresh(token, scope="openid profile"))
    same("378", server.refresh(token, scope="openid nosuchscope"))
    same("389", server.refresh("nosuchtoken"))


@recording("456", "457", "458")
def test_a_suspended_persons_tokens_are_dead(server, same, simulator):
    answers = server.sign_in("bob", BOB.password, **OFFLINE)
    answer = server.exchange(callback_parameters(answers[-1])["code"])
    same("456", answer)
    simulator.people["bob"].suspended = True
    try:
        same("457", server.refresh(answer.json()["refresh_token"]))
        same("458", server.userinfo(answer.json()["access_token"]))
    finally:
        simulator.people["bob"].suspended = False


class TestOfAConfidentialApplication:
    @recording("410", "411", "412", "413")
    def test_one_rotates_late_and_its_predecessor_stays_good_a_moment(
        self, server, same
    ):
        first = server.tokens(**OFFLINE)["refresh_token"]
        server.let_pass(9 * DAY)
        assert server.refresh(first).json()["refresh_token"] == first
        server.let_pass(DAY)
        rotated = server.refresh(first)
        same("410", rotated)
        second = rotated.json()["refresh_token"]
        assert second != first
        server.let_pass(LATEST_REUSE_SECONDS)
        again = server.refresh(first)
        same("411", again)
        assert again.json()["refresh_token"] not in (first, second)
        answer = server.refresh(second)
        same("412", answer)
        assert answer.json()["refresh_token"] == second
        same("413", server.userinfo(answer.json()["access_token"]))

    @recording("453", "454")
    def test_a_later_use_of_the_predecessor_ends_the_grant(self, server, same):
        first = server.tokens(**OFFLINE)["refresh_token"]
        server.let_pass(10 * DAY)
        second = server.refresh(first).json()["refresh_token"]
        server.let_pass(BEYOND_REUSE_SECONDS)
        same("453", server.refresh(first))
        same("454", server.refresh(second))

    @recording("455")
    def test_an_old_one_is_refused(self, server, same):
        token = server.tokens(**OFFLINE)["refresh_token"]
        server.let_pass(14 * DAY + 1)
        same("455", server.refresh(token))


class TestOfAPublicApplication:
    @recording("415", "416", "417")
    def test_one_rotates_at_every_use(self, server, same):
        spa = server.application("SPA_")
        issued = server.exchange(server.code(spa, **OFFLINE), spa)
        same("415", issued)
        first = issued.json()["refresh_token"]
        rotated = server.refresh(first, spa)
        same("416", rotated)
        server.let_pass(LATEST_REUSE_SECONDS)
        reused = server.refresh(first, spa)
        same("417", reused)
        tokens = [answer.json()["refresh_token"] for answer in (rotated, reused)]
        assert len({first, *tokens}) == 3

    @recording("450", "451", "452")
    def test_a_later_use_of_the_predecessor_ends_the_grant(self, server, same):
        spa = server.application("SPA_")
        first = server.tokens(spa, **OFFLINE)["refresh_token"]
        rotated = server.refresh(first, spa).json()
        server.let_pass(BEYOND_REUSE_SECONDS)
        same("450", server.refresh(first, spa))
        same("451", server.refresh(rotated["refresh_token"], spa))
        same("452", server.userinfo(rotated["access_token"]))

    @recording("418")
    def test_it_cannot_use_anothers(self, server, same):
        spa = server.application("SPA_")
        same("418", server.refresh(server.tokens(**OFFLINE)["refresh_token"], spa))


def recorded(prefix):
    """Return a recorded answer as the engine gets it."""
    (name,) = names(prefix)
    told = load(name)["response"]
    return Response(told["status"], {}, json.dumps(told["body"]).encode())


@pytest.mark.parametrize("prefix", GRANTED)
def test_what_logto_grants_is_understood(prefix):
    answer = recorded(prefix)
    raise_for_error(answer)
    tokens = refreshed_tokens(answer.json())
    told = answer.json()
    assert tokens.access_token == told["access_token"]
    assert tokens.expires_in == told["expires_in"]
    assert tokens.refresh_token == told["refresh_token"]
    assert tokens.id_token == told.get("id_token")


@pytest.mark.parametrize("prefix", REFUSED)
def test_what_logto_refuses_is_told_by_its_word(prefix):
    with pytest.raises(TokenRequestRefused) as refused:
        raise_for_error(recorded(prefix))
    assert refused.value.reason == REFUSED[prefix]
