"""Lifetimes, keys and forgeries of the simulator's tokens."""

import jwt
import pytest

from logto_auth.testing import Application, Simulator, Visitor

from .simulator_client import Client, parameters_of

NOW = 1_800_000_000
DAY = 24 * 3600
OFFLINE = {"scope": "openid offline_access profile", "prompt": "consent"}
OTHER = Application("other-app", "other", ("http://localhost:9000/cb",), ())


@pytest.fixture
def simulator():
    with Simulator(applications=[Application(), OTHER]) as simulator:
        yield simulator


class TestIdTokens:
    def test_they_verify_with_the_published_key(self, simulator, client, visitor):
        tokens = client.tokens(visitor, nonce="n0nce")
        claims = client.verified(tokens["id_token"])
        assert claims["sub"] == simulator.people["alice"].sub
        assert claims["nonce"] == "n0nce"
        assert claims["exp"] - claims["iat"] == 3600
        assert jwt.get_unverified_header(tokens["id_token"]).keys() == {"alg", "kid"}

    @pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "RS256", "PS256"])
    def test_a_tenant_may_sign_with_another_algorithm(self, algorithm):
        with Simulator(algorithm=algorithm) as simulator:
            client = Client(simulator)
            tokens = client.tokens(Visitor(simulator))
            assert client.verified(tokens["id_token"])["sub"]
            metadata = client.get("/oidc/.well-known/openid-configuration").json
        assert metadata["id_token_signing_alg_values_supported"] == [algorithm]

    @pytest.mark.parametrize(
        ("parameters", "has_auth_time"),
        [
            ({}, False),
            ({"max_age": "60"}, True),
            ({"max_age": "0"}, True),
            ({"prompt": "login"}, True),
        ],
    )
    def test_auth_time_comes_when_it_matters(
        self, parameters, has_auth_time, client, visitor
    ):
        claims = client.verified(client.tokens(visitor, **parameters)["id_token"])
        assert ("auth_time" in claims) is has_auth_time

    def test_a_person_without_an_address_has_a_null_one(self, client, visitor):
        tokens = client.tokens(visitor, "noel", scope="openid profile email")
        claims = client.verified(tokens["id_token"])
        assert claims["email"] is None
        assert claims["email_verified"] is False
        assert claims["name"] is None
        assert claims["picture"] is None
        assert "given_name" not in claims

    def test_pictures_are_addresses_of_the_simulator(self, simulator, client, visitor):
        tokens = client.tokens(visitor, "sofia", scope="openid profile identities")
        claims = client.verified(tokens["id_token"])
        portrait = f"{simulator.endpoint}/avatars/sofia.svg"
        assert claims["picture"] == portrait
        userinfo = client.userinfo(tokens["access_token"]).json
        details = userinfo["identities"]["facebook"]["details"]
        assert details["avatar"] == portrait
        assert details["rawData"]["picture"]["data"]["url"] == portrait


class TestLifetimes:
    def test_a_code_lives_for_a_minute(self, client, visitor, time_machine):
        time_machine.move_to(NOW)
        callback = visitor.sign_in(client.url(), "alice")
        time_machine.move_to(NOW + 61)
        assert client.exchange(callback).json["error"] == "invalid_grant"

    def test_an_access_token_lives_for_an_hour(
        self, simulator, client, visitor, time_machine
    ):
        time_machine.move_to(NOW)
        token = client.tokens(visitor)["access_token"]
        time_machine.move_to(NOW + 3590)
        assert client.userinfo(token).status == 200
        assert simulator.is_alive(token)
        time_machine.move_to(NOW + 3601)
        assert client.userinfo(token).status == 401
        assert not simulator.is_alive(token)

    def test_a_refresh_token_lives_for_fourteen_days(
        self, client, visitor, time_machine
    ):
        time_machine.move_to(NOW)
        token = client.tokens(visitor, **OFFLINE)["refresh_token"]
        time_machine.move_to(NOW + 14 * DAY + 1)
        assert client.refresh(token).json["error"] == "invalid_grant"

    def test_a_refresh_token_rotates_after_seventy_percent_of_its_life(
        self, client, visitor, time_machine
    ):
        time_machine.move_to(NOW)
        token = client.tokens(visitor, **OFFLINE)["refresh_token"]
        time_machine.move_to(NOW + 9.7 * DAY)
        assert client.refresh(token).json["refresh_token"] == token
        time_machine.move_to(NOW + 9.9 * DAY)
        assert client.refresh(token).json["refresh_token"] != token

    def test_a_rotated_one_is_good_for_three_more_seconds(
        self, simulator, client, visitor, time_machine
    ):
        time_machine.move_to(NOW)
        old = client.tokens(visitor, **OFFLINE)["refresh_token"]
        time_machine.move_to(NOW + 10 * DAY)
        new = client.refresh(old).json["refresh_token"]
        time_machine.move_to(NOW + 10 * DAY + 2)
        assert client.refresh(old).status == 200
        assert simulator.is_alive(old)
        time_machine.move_to(NOW + 10 * DAY + 4)
        assert not simulator.is_alive(old)
        assert client.refresh(old).json["error"] == "invalid_grant"
        assert client.refresh(new).json["error"] == "invalid_grant"

    def test_a_sign_in_lasts_half_a_year_however_often_it_is_refreshed(
        self, client, visitor, time_machine
    ):
        time_machine.move_to(NOW)
        token = client.tokens(visitor, **OFFLINE)["refresh_token"]
        for day in range(10, 180, 10):
            time_machine.move_to(NOW + day * DAY)
            previous, token = token, client.refresh(token).json["refresh_token"]
            assert token != previous
        time_machine.move_to(NOW + 180 * DAY + 1)
        assert client.refresh(token).json["error"] == "invalid_grant"

    def test_a_token_without_offline_access_dies_with_the_session(
        self, simulator, client, visitor
    ):
        token = client.tokens(visitor)["access_token"]
        visitor.sign_out(f"{simulator.endpoint}/oidc/session/end")
        assert not simulator.is_alive(token)
        assert client.userinfo(token).status == 401

    def test_a_token_with_offline_access_outlives_it(self, simulator, client, visitor):
        tokens = client.tokens(visitor, **OFFLINE)
        visitor.sign_out(f"{simulator.endpoint}/oidc/session/end")
        assert simulator.refresh_tokens == [tokens["refresh_token"]]
        assert client.userinfo(tokens["access_token"]).status == 200

    def test_all_sign_ins_of_one_session_share_the_grant(
        self, simulator, client, visitor
    ):
        first = client.tokens(visitor, **OFFLINE)
        second = client.tokens(visitor, **OFFLINE)
        client.post("/oidc/token/revocation", {"token": second["refresh_token"]})
        assert not simulator.is_alive(first["refresh_token"])


class TestRefusals:
    def test_a_code_of_another_application_is_refused(self, client, visitor):
        callback = visitor.sign_in(client.url(), "alice")
        form = {
            "grant_type": "authorization_code",
            "code": parameters_of(callback)["code"],
            "redirect_uri": client.simulator.application.redirect_uris[0],
            "code_verifier": "v" * 43,
        }
        answer = client.post("/oidc/token", form, app_id="other-app", secret="other")
        assert answer.json["error"] == "invalid_grant"
        assert client.exchange(callback).status == 200

    def test_a_verifier_without_a_challenge_is_refused(self, client, visitor):
        url = client.url(code_challenge=None, code_challenge_method=None)
        callback = visitor.sign_in(url, "alice")
        assert client.exchange(callback).json["error"] == "invalid_grant"

    def test_two_ways_to_authenticate_are_one_too_many(self, client, visitor):
        callback = visitor.sign_in(client.url(), "alice")
        answer = client.exchange(callback, client_secret="demo-secret")
        assert answer.json["error_description"] == (
            "client authentication must only be provided using one mechanism"
        )

    def test_another_application_in_header_and_form_is_refused(self, client, visitor):
        callback = visitor.sign_in(client.url(), "alice")
        answer = client.exchange(callback, client_id="other-app")
        assert answer.json["error_description"] == "client_id mismatch"
        own = client.simulator.application.app_id
        assert client.exchange(callback, client_id=own).status == 200

    def test_a_scope_that_logto_does_not_know_is_not_in_the_refresh_token(
        self, client, visitor
    ):
        scope = "openid offline_access nosuchscope"
        tokens = client.tokens(visitor, scope=scope, prompt="consent")
        assert tokens["scope"] == "openid offline_access"
        answer = client.refresh(tokens["refresh_token"], scope="nosuchscope")
        assert answer.json["error"] == "invalid_scope"

    def test_one_kind_of_token_is_no_other(self, client, visitor):
        tokens = client.tokens(visitor, **OFFLINE)
        code = parameters_of(visitor.open(client.url()))["code"]
        assert client.userinfo(tokens["access_token"]).status == 200
        for value in (code, tokens["id_token"], tokens["refresh_token"]):
            assert client.userinfo(value).status == 401
        for value in (code, tokens["id_token"], tokens["access_token"]):
            assert client.refresh(value).json["error"] == "invalid_grant"

    def test_a_token_without_openid_opens_no_userinfo(self, client, visitor):
        answer = client.userinfo(
            client.tokens(visitor, scope="profile")["access_token"]
        )
        assert answer.status == 403
        assert answer.json["error"] == "insufficient_scope"
        assert 'scope="openid"' in answer.headers["WWW-Authenticate"]

    def test_a_token_in_the_query_is_refused(self, client, visitor):
        token = client.tokens(visitor)["access_token"]
        assert client.get(f"/oidc/me?access_token={token}").status == 400

    def test_another_applications_token_cannot_be_revoked(
        self, simulator, client, visitor
    ):
        token = client.tokens(visitor)["access_token"]
        answer = client.post(
            "/oidc/token/revocation",
            {"token": token},
            app_id="other-app",
            secret="other",
        )
        assert answer.status == 400
        assert simulator.is_alive(token)
