"""What a code is exchanged for, and what is refused."""

import pytest

from .server_under_test import CONSENT

recording = pytest.mark.recording
SCOPES = [
    "openid",
    "openid profile",
    "openid address",
    "openid custom_data",
    "openid email",
    "openid identities",
    "openid phone",
    "openid roles",
    "openid urn:logto:scope:organizations",
    "openid urn:logto:scope:organization_roles",
    "openid urn:logto:scope:sessions",
]


def of_scope(prefix, scope):
    return f"{prefix}-scope-{scope.replace(' ', '+').replace(':', '_')}"


@recording("360", "361", "362", "363", "500")
def test_a_code_is_good_once_and_a_second_use_kills_the_grant(server, same):
    code = server.code(**CONSENT, nonce="n0nce")
    answer = server.exchange(code)
    same("360", answer)
    same("361", server.exchange(code))
    same("362", server.userinfo(answer.json()["access_token"]))
    same("363", server.exchange(server.code(**CONSENT, nonce="n0nce2")))
    same("500", server.exchange(server.code(**CONSENT)))


@recording("384", "385", "386", "387")
def test_the_secret_may_travel_in_the_form(server, same):
    code = server.code(**CONSENT)
    own = {"client_id": server.mine.app_id}
    same("384", server.exchange(code, secret="wrong"))
    same("385", server.exchange(code, basic=False, client_secret="wrong", **own))
    same("386", server.exchange(code, basic=False, **own))
    secret = server.mine.secret
    same("387", server.exchange(code, basic=False, client_secret=secret, **own))


@recording("380", "381", "382", "383")
def test_what_is_not_right_is_refused(server, same):
    code = server.code(**CONSENT)
    same("380", server.exchange("nosuchcode"))
    same("381", server.exchange(code, code_verifier="y" * 43))
    same("382", server.exchange(code, without=["code_verifier"]))
    same("383", server.exchange(code, redirect_uri="http://localhost:8000/callback"))


@recording("388", "390", "391", "751")
def test_grant_types_are_checked(server, same):
    same("388", server.post("/oidc/token", {"grant_type": "password"}))
    same("390", server.post("/oidc/token", {"code": "x"}))
    answer = server.client.post(
        "/oidc/token",
        json={"grant_type": "client_credentials"},
        auth=(server.mine.app_id, server.mine.secret),
    )
    same("391", answer)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "sub_x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }
    same("751", server.post("/oidc/token", form))


@recording("392", "393", "507a")
def test_scopes_decide_what_comes(server, same):
    same("392", server.exchange(server.code()))
    without_prompt = server.code(scope="openid offline_access profile")
    same("393", server.exchange(without_prompt))
    same("507a", server.exchange(server.code(scope="profile")))


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(
            scope,
            marks=recording(
                of_scope("770-token", scope), of_scope("771-userinfo", scope)
            ),
        )
        for scope in SCOPES
    ],
)
def test_each_scope_brings_its_claims(scope, server, same, later_alice):
    answer = server.exchange(server.code(scope=scope))
    same(of_scope("770-token", scope), answer)
    same(
        of_scope("771-userinfo", scope), server.userinfo(answer.json()["access_token"])
    )
