"""How long refresh tokens live, and when they make room for others."""

import pytest

from .recorded_tenant import BOB
from .server_under_test import CONSENT, callback_parameters

recording = pytest.mark.recording
OFFLINE = {"scope": "openid offline_access profile", "prompt": "consent"}
DAY = 24 * 3600
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
