"""The userinfo endpoint."""

import pytest

from .recorded_tenant import SOCIAL_BOB, upstream_identity
from .server_under_test import CONSENT, callback_parameters

recording = pytest.mark.recording


@recording("364", "367")
def test_it_takes_the_token_in_a_header_or_form(server, same):
    tokens = server.tokens(**CONSENT)
    same("364", server.userinfo(tokens["access_token"]))
    form = {"access_token": tokens["access_token"]}
    same("367", server.client.post("/oidc/me", data=form))


@recording("365", "366")
def test_a_bad_or_missing_token_is_refused(server, same):
    same("365", server.userinfo("nosuchtoken"))
    same("366", server.client.get("/oidc/me"))


@recording("786")
def test_a_person_with_two_identities(server, same, simulator, later_alice):
    later_alice.identities["my-oidc"] = upstream_identity(
        "alice", "Alice Upstream", nonce="jtmm06u6bwlxiyn31jsn8", iat=1795249453
    )
    same("786", server.userinfo(server.tokens(**CONSENT)["access_token"]))


@recording("611", "612")
def test_a_person_of_a_social_provider(server, same, simulator):
    answers = server.sign_in("bob_upstream", SOCIAL_BOB.password, **CONSENT)
    answer = server.exchange(callback_parameters(answers[-1])["code"])
    same("611", answer)
    same("612", server.userinfo(answer.json()["access_token"]))
