"""What Logto takes and people regret is said, and stops nobody."""

import pytest

from logto_auth.connectors import AuthorizationRequestOptions, IdTokenVerification

from .samples import ISSUER, facebook, hugging_face, names, naver, oidc


def warned(connector):
    """Return the names of warnings, of a connector that nothing is wrong with."""
    connector.check()
    return names(connector.warnings())


@pytest.mark.parametrize(
    "scope",
    ["email public_profile", "email,public_profile", "public_profile, email, pages"],
)
def test_facebook_has_what_logto_needs_with_blanks_or_commas(scope):
    assert warned(facebook(scope=scope)) == []


@pytest.mark.parametrize(
    ("scope", "lacking"),
    [
        ("email", "public_profile"),
        ("public_profile", "email"),
        ("user_posts", "email public_profile"),
    ],
)
def test_facebook_without_what_logto_needs_is_told_what_that_is(scope, lacking):
    [warning] = facebook(scope=scope).warnings()
    assert warning.name == "scope"
    assert f"lacks {lacking}," in str(warning)


def test_facebook_is_not_asked_for_offline_access():
    [warning] = facebook(scope="email public_profile offline_access").warnings()
    assert "offline_access" in str(warning)


def test_id_tokens_of_any_issuer_are_warned_of():
    keys = IdTokenVerification(jwks_uri=f"{ISSUER}/keys")
    assert warned(oidc(id_token_verification=keys)) == ["issuer"]
    assert warned(oidc(id_token_verification=keys, issuer=ISSUER)) == []


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint"])
def test_addresses_without_tls_are_warned_of(name):
    assert warned(oidc(**{name: "http://id.example.com/x"})) == [name]


def test_keys_and_issuer_without_tls_are_warned_of():
    plain = "http://id.example.com"
    verification = IdTokenVerification(jwks_uri=f"{plain}/keys", issuer=plain)
    connector = oidc(issuer=plain, id_token_verification=verification)
    assert warned(connector) == ["issuer", "id_token_verification.jwks_uri"]


@pytest.mark.parametrize("host", ["localhost:9998", "127.0.0.1:9998", "[::1]:9998"])
def test_this_machine_needs_no_tls(host):
    assert warned(oidc(token_endpoint=f"http://{host}/token")) == []


def test_stored_tokens_without_a_refresh_token_are_warned_of():
    assert warned(oidc(store_tokens=True)) == ["scope"]
    scope = "openid offline_access"
    assert warned(oidc(store_tokens=True, scope=scope)) == []
    assert warned(oidc(scope="openid")) == []


def test_a_scope_without_openid_is_fine_because_logto_adds_it():
    assert warned(oidc(scope="profile")) == []


def test_what_logto_does_not_use_is_warned_of():
    verification = IdTokenVerification(
        jwks_uri=f"{ISSUER}/keys", issuer=ISSUER, audience="somebody"
    )
    request = AuthorizationRequestOptions(
        response_type="code", token_endpoint=f"{ISSUER}/token", prompt="login"
    )
    connector = oidc(id_token_verification=verification, authorization_request=request)
    assert warned(connector) == [
        "id_token_verification.audience",
        "authorization_request.response_type",
        "authorization_request.token_endpoint",
    ]


@pytest.mark.parametrize("connector", [hugging_face(), facebook(), naver(), oidc()])
def test_every_connector_tells_what_people_trip_over(connector):
    assert len(connector.traps) >= 3
    assert all(str(trap).endswith(".") for trap in connector.traps)
