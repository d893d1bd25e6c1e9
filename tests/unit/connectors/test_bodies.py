"""What is sent to create a connector is what a real Logto has taken."""

import pytest

from logto_auth.connectors import (
    AuthorizationRequestOptions,
    FacebookConnector,
    HuggingFaceConnector,
    IdTokenVerification,
    NaverConnector,
    OidcConnector,
)
from tests.contract.recordings import load

from .samples import ISSUER, facebook, hugging_face, naver, oidc

AS_RECORDED = {
    "120-post-connectors-huggingface": HuggingFaceConnector(
        client_id="hf-client-id",
        client_secret="hf-client-secret",
        scope="openid profile email",
        sync_profile=True,
    ),
    "121-post-connectors-facebook": FacebookConnector(
        client_id="fb-client-id",
        client_secret="fb-client-secret",
        scope="email,public_profile",
        sync_profile=True,
        store_tokens=True,
    ),
    "122-post-connectors-naver": NaverConnector(
        client_id="nv-client-id", client_secret="nv-client-secret", sync_profile=False
    ),
    "123-post-connectors-oidc": OidcConnector(
        target="my-oidc",
        name="My OIDC",
        logo="https://example.com/logo.svg",
        logo_dark="https://example.com/logo-dark.svg",
        authorization_endpoint="http://127.0.0.1:9998/authorize",
        token_endpoint="http://127.0.0.1:9998/token",
        client_id="logto-at-upstream",
        client_secret="upstream-secret",
        scope="openid profile email",
        id_token_verification=IdTokenVerification(
            jwks_uri="http://127.0.0.1:9998/jwks"
        ),
        sync_profile=True,
        store_tokens=True,
    ),
}


@pytest.mark.parametrize("name", AS_RECORDED)
def test_the_body_is_the_one_that_was_recorded(name):
    assert AS_RECORDED[name].body() == load(name)["request"]["json"]


def test_a_connector_is_created_under_the_id_that_is_chosen_for_it():
    assert facebook(id="facebook-here").body()["id"] == "facebook-here"


@pytest.mark.parametrize("connector", [hugging_face(), facebook(), naver(), oidc()])
def test_what_is_not_declared_is_not_sent(connector):
    body = connector.body()
    assert not {"id", "syncProfile", "enableTokenStorage"} & set(body)
    assert not {"", None} & {str(value) for value in body["config"].values()}


def test_false_is_something_that_is_declared():
    body = facebook(sync_profile=False, store_tokens=False).body()
    assert (body["syncProfile"], body["enableTokenStorage"]) == (False, False)
    config = oidc(trust_unverified_email=False).config()
    assert config["trustUnverifiedEmail"] is False


def test_linking_only_is_nothing_that_logto_hears_of():
    assert facebook(linking_only=True).body() == facebook().body()


def test_everything_about_openid_connect_has_the_name_that_logto_knows():
    connector = oidc(
        scope="openid offline_access",
        token_endpoint_auth_method="client_secret_jwt",
        client_secret_jwt_signing_algorithm="HS512",
        accept_string_typed_booleans=True,
        trust_unverified_email=True,
        custom_config={"audience": "https://api.example.com"},
        id_token_verification=IdTokenVerification(
            jwks_uri=f"{ISSUER}/keys",
            issuer=(ISSUER, "https://old.example.com"),
            audience=["one", "two"],
            algorithms=("RS256",),
            clock_tolerance=5,
            crit={"b64": True},
            max_token_age="10 minutes",
            subject="somebody",
            typ="JWT",
        ),
        authorization_request=AuthorizationRequestOptions(
            response_type="code",
            token_endpoint=f"{ISSUER}/token",
            response_mode="query",
            display="page",
            prompt="login consent",
            max_age="3600",
            ui_locales="th en",
            id_token_hint="an-id-token",
            login_hint="somebody",
            acr_values="urn:mace:incommon:iap:silver",
        ),
    )
    connector.check()
    assert connector.config() == {
        "clientId": "a-client",
        "clientSecret": connector.client_secret,
        "scope": "openid offline_access",
        "authorizationEndpoint": f"{ISSUER}/authorize",
        "tokenEndpoint": f"{ISSUER}/token",
        "tokenEndpointAuthMethod": "client_secret_jwt",
        "clientSecretJwtSigningAlgorithm": "HS512",
        "acceptStringTypedBooleanClaims": True,
        "trustUnverifiedEmail": True,
        "customConfig": {"audience": "https://api.example.com"},
        "idTokenVerificationConfig": {
            "jwksUri": f"{ISSUER}/keys",
            "issuer": [ISSUER, "https://old.example.com"],
            "audience": ["one", "two"],
            "algorithms": ["RS256"],
            "clockTolerance": 5,
            "crit": {"b64": True},
            "maxTokenAge": "10 minutes",
            "subject": "somebody",
            "typ": "JWT",
        },
        "authRequestOptionalConfig": {
            "responseType": "code",
            "tokenEndpoint": f"{ISSUER}/token",
            "responseMode": "query",
            "display": "page",
            "prompt": "login consent",
            "maxAge": "3600",
            "uiLocales": "th en",
            "idTokenHint": "an-id-token",
            "loginHint": "somebody",
            "acrValues": "urn:mace:incommon:iap:silver",
        },
    }


def test_the_issuer_of_the_provider_is_the_one_that_id_tokens_must_have():
    keys = IdTokenVerification(jwks_uri=f"{ISSUER}/keys")
    config = oidc(issuer=ISSUER, id_token_verification=keys).config()
    assert config["idTokenVerificationConfig"]["issuer"] == ISSUER


def test_a_button_can_have_a_name_in_each_language():
    connector = oidc(name={"en": "Staff", "th": "พนักงาน"})
    connector.check()
    assert connector.metadata()["name"] == {"en": "Staff", "th": "พนักงาน"}


def test_the_scope_that_logto_asks_for_by_default_is_known():
    assert hugging_face().scopes == ("profile",)
    assert facebook().scopes == ("email", "public_profile")
    assert naver().scopes == ()
    assert oidc().scopes == ("openid", "profile", "email")
    assert facebook(scope="email, public_profile user_posts").scopes == (
        "email",
        "public_profile",
        "user_posts",
    )


@pytest.mark.parametrize("endpoint", ["https://a.logto.app", "https://a.logto.app/"])
def test_the_callback_url_ends_with_the_id_of_the_connector(endpoint):
    url = naver().callback_url(endpoint, "abc")
    assert url == "https://a.logto.app/callback/abc"
