"""What Logto says about tokens, and how it takes them back."""

import pytest

from .server_under_test import CONSENT

recording = pytest.mark.recording


class TestIntrospection:
    @recording("420", "422", "427")
    def test_tokens_are_described_to_every_application(self, server, same):
        token = server.tokens(**CONSENT)["access_token"]
        same("420", server.introspect(token))
        same("422", server.introspect("nosuchtoken"))
        same("427", server.introspect(token, server.application("THIRD_PARTY_")))

    @recording("423", "424", "425", "426")
    def test_requests_are_checked(self, server, same):
        tokens = server.tokens()
        same("423", server.introspect(tokens["id_token"]))
        same("424", server.introspect("x", secret="wrong"))
        same("425", server.introspect("x", basic=False))
        same("426", server.post("/oidc/token/introspection", {}))


class TestRevocation:
    @recording("430", "431", "432")
    def test_an_access_token_takes_the_refresh_token_with_it(self, server, same):
        tokens = server.tokens(**CONSENT)
        revoked = server.revoke(tokens["access_token"], token_type_hint="access_token")
        same("430", revoked)
        same("431", server.userinfo(tokens["access_token"]))
        same("432", server.refresh(tokens["refresh_token"]))

    @recording("433", "434", "435", "436")
    def test_a_refresh_token_takes_the_access_token_with_it(self, server, same):
        tokens = server.tokens(**CONSENT)
        same("433", server.revoke(tokens["refresh_token"]))
        same("434", server.refresh(tokens["refresh_token"]))
        same("435", server.userinfo(tokens["access_token"]))
        same("436", server.introspect(tokens["access_token"]))

    @recording("437", "438", "439")
    def test_requests_are_checked(self, server, same):
        same("437", server.revoke("nosuchtoken"))
        path = "/oidc/token/revocation"
        same("438", server.post(path, {"token": "x"}, secret="wrong"))
        same("439", server.post(path, {}))
