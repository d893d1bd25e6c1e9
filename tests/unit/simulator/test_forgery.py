"""Keys and forgeries of the simulator: what tests of a relying party need."""

import jwt
import pytest


class TestKeys:
    def test_after_a_rotation_both_keys_are_published(self, simulator, client, visitor):
        before = client.tokens(visitor)["id_token"]
        simulator.rotate_keys()
        after = client.tokens(visitor)["id_token"]
        assert client.verified(before)["sub"] == client.verified(after)["sub"]
        kids = {jwt.get_unverified_header(token)["kid"] for token in (before, after)}
        assert len(kids) == 2

    def test_the_old_key_may_be_withdrawn(self, simulator, client, visitor):
        before = client.tokens(visitor)["id_token"]
        simulator.rotate_keys(keep_previous=False)
        with pytest.raises(KeyError):
            client.verified(before)


class TestForgeries:
    def test_claims_and_header_of_id_tokens(self, simulator, client, visitor):
        simulator.forge_id_token = lambda claims, header: (
            {**claims, "aud": "somebody-else"},
            header,
        )
        token = client.tokens(visitor)["id_token"]
        with pytest.raises(jwt.InvalidAudienceError):
            client.verified(token)

    @pytest.mark.parametrize(
        ("algorithm", "signature_length"),
        [("none", 0), ("NoNe", 0), ("HS256", 32), ("ES256", 64), ("RS256", 256)],
    )
    def test_the_header_decides_how_a_token_is_signed(
        self, algorithm, signature_length, simulator, client, visitor
    ):
        simulator.forge_id_token = lambda claims, header: (
            claims,
            {**header, "alg": algorithm},
        )
        token = client.tokens(visitor)["id_token"]
        signature = token.split(".")[2]
        assert len(signature) == -(-signature_length * 4 // 3)

    def test_a_whole_id_token(self, simulator, client, visitor):
        simulator.forge_id_token = lambda claims, header: "no.token.at.all"
        assert client.tokens(visitor)["id_token"] == "no.token.at.all"

    def test_userinfo(self, simulator, client, visitor):
        simulator.forge_userinfo = lambda claims: {**claims, "sub": "somebody-else"}
        token = client.tokens(visitor)["access_token"]
        assert client.userinfo(token).json["sub"] == "somebody-else"

    def test_the_callback(self, simulator, client, visitor):
        simulator.forge_authorization_response = lambda parameters: [
            *parameters.items(),
            ("iss", "https://evil.example"),
        ]
        callback = visitor.sign_in(client.url(), "alice")
        assert callback.count("iss=") == 2

    def test_metadata_and_keys(self, simulator, client):
        simulator.forge_discovery = lambda document: {**document, "issuer": "x"}
        simulator.forge_jwks = lambda document: {"keys": []}
        metadata = client.get("/oidc/.well-known/openid-configuration").json
        assert metadata["issuer"] == "x"
        assert client.get("/oidc/jwks").json == {"keys": []}

    def test_the_token_response(self, simulator, client, visitor):
        simulator.forge_token_response = lambda body: {**body, "expires_in": "soon"}
        assert client.tokens(visitor)["expires_in"] == "soon"

    def test_the_truth_can_be_had_again(self, simulator, client):
        simulator.forge_jwks = lambda document: None
        simulator.stop_forging()
        assert client.get("/oidc/jwks").json["keys"]
