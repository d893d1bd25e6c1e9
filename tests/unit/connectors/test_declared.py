"""A table of a declaration becomes a connector, or a list of all that is wrong."""

import tomllib

import pytest

from logto_auth.connectors import (
    CONNECTORS,
    AuthorizationRequestOptions,
    FacebookConnector,
    HuggingFaceConnector,
    IdTokenVerification,
    NaverConnector,
    OidcConnector,
    OtherConnector,
    collisions,
    connector_from,
    secrets_in,
)

from .samples import CLIENT, ISSUER, facebook, names, oidc

OKTA = """
factory = "oidc"
name = "Okta"
logo = "https://example.com/okta.svg"
client_id = "a-client"
client_secret = "a-secret"
authorization_endpoint = "https://id.example.com/authorize"
token_endpoint = "https://id.example.com/token"
scope = "openid profile email offline_access"
token_endpoint_auth_method = "client_secret_basic"
store_tokens = true
linking_only = true
custom_config = { audience = "https://api.example.com" }

[id_token_verification]
jwks_uri = "https://id.example.com/keys"
issuer = ["https://id.example.com"]
clock_tolerance = 5.5

[authorization_request]
prompt = "consent"
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("huggingface", HuggingFaceConnector),
        ("facebook", FacebookConnector),
        ("naver", NaverConnector),
    ],
)
def test_a_connector_with_a_name_of_its_own_needs_no_factory(name, kind):
    assert connector_from(name, CLIENT) == kind(**CLIENT)


def test_the_id_of_a_factory_is_as_good_as_the_name():
    connector = connector_from("fb", {"factory": "facebook-universal", **CLIENT})
    assert connector == facebook()


def test_a_table_of_toml_says_everything_about_openid_connect():
    connector = connector_from("okta", tomllib.loads(OKTA))
    assert connector == OidcConnector(
        target="okta",
        name="Okta",
        logo="https://example.com/okta.svg",
        client_id="a-client",
        client_secret="a-secret",
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        scope="openid profile email offline_access",
        token_endpoint_auth_method="client_secret_basic",
        store_tokens=True,
        linking_only=True,
        custom_config={"audience": "https://api.example.com"},
        id_token_verification=IdTokenVerification(
            jwks_uri=f"{ISSUER}/keys", issuer=[ISSUER], clock_tolerance=5.5
        ),
        authorization_request=AuthorizationRequestOptions(prompt="consent"),
    )
    connector.check()


def test_a_provider_with_a_connector_of_its_own_may_be_declared_by_openid_connect():
    connector = connector_from("huggingface", {"factory": "oidc", **CLIENT})
    assert (connector.factory_id, connector.target) == ("oidc", "huggingface")


def test_the_name_of_the_table_is_the_target_unless_another_is_given():
    assert connector_from("okta", {"factory": "oidc"}).target == "okta"
    assert connector_from("a", {"factory": "oidc", "target": "b"}).target == "b"


def test_a_misspelt_name_is_told_with_the_one_that_is_meant():
    found = connector_from("naver", {"clientid": "a", "client_secret": "b"})
    assert [str(problem) for problem in found] == [
        "clientid is not known; did you mean client_id?",
        "client_id is missing.",
    ]


def test_a_misspelt_name_inside_a_table_is_told_with_where_it_is():
    table = {"factory": "oidc", "id_token_verification": {"jwks_url": "x"}}
    found = connector_from("okta", table)
    assert str(found[0]) == (
        "id_token_verification.jwks_url is not known; did you mean jwks_uri?"
    )


def test_a_name_that_is_near_to_none_is_told_all_the_same():
    [problem] = connector_from("naver", {**CLIENT, "zzz": 1})
    assert str(problem) == "zzz is not known."


def test_unknown_names_hide_nothing_else_that_is_wrong():
    found = connector_from("huggingface", {"zzz": 1, "store_tokens": True})
    assert names(found) == ["zzz", "client_id", "client_secret", "store_tokens"]


def test_what_may_still_be_discovered_is_not_wrong_yet():
    table = {"factory": "oidc", "issuer": ISSUER, "zzz": 1, **CLIENT}
    assert names(connector_from("okta", table)) == ["zzz"]


@pytest.mark.parametrize("name", ["target", "name", "logo", "logo_dark"])
def test_a_connector_of_which_there_is_one_has_logtos_name_and_logo(name):
    [problem] = connector_from("naver", {**CLIENT, name: "x"})
    assert problem.name == name
    assert "cannot be chosen" in str(problem)


def test_naver_has_no_scope():
    assert names(connector_from("naver", {**CLIENT, "scope": "email"})) == ["scope"]


def test_an_unknown_name_without_a_factory_is_told_which_names_there_are():
    [problem] = connector_from("github", {})
    assert problem.name == "factory"
    assert all(name in str(problem) for name in CONNECTORS)


@pytest.mark.parametrize("factory", [5, "", "with blank", ["oidc"], {}])
def test_a_factory_that_cannot_be_one_is_told(factory):
    assert names(connector_from("okta", {"factory": factory})) == ["factory"]


@pytest.mark.parametrize("table", [5, "text", None, []])
def test_what_is_no_table_is_told(table):
    [problem] = connector_from("naver", table)
    assert str(problem.inside("connectors.naver")) == (
        "connectors.naver must be a table."
    )


def test_any_other_factory_is_left_to_the_form_of_the_server():
    table = {"factory": "github-universal", "config": {"clientId": "a"}}
    connector = connector_from("github", table)
    assert isinstance(connector, OtherConnector)
    assert connector.config() == {"clientId": "a"}
    assert connector.problems_so_far() == []


def test_two_connectors_with_one_target_are_told():
    connectors = {
        "facebook": facebook(),
        "fb": connector_from("fb", {"factory": "facebook-universal"}),
        "other": oidc(target="facebook"),
        "okta": oidc(target="okta"),
    }
    assert [str(problem) for problem in collisions(connectors)] == [
        "fb has the target facebook, which facebook has too.",
        "other has the target facebook, which facebook has too.",
    ]


@pytest.mark.parametrize("name", ["huggingface", "facebook", "naver", "oidc"])
def test_the_client_secret_is_a_secret_wherever_it_is_declared(name):
    assert list(secrets_in(name, CLIENT)) == ["client_secret"]


def test_secrets_are_found_inside_tables_and_where_only_a_variable_is_named():
    table = {
        "factory": "smtp",
        "config": {
            "host": "mail.example.com",
            "accessKeyId": "public",
            "apikey": {"env": "API_KEY"},
            "auth": {"user": "somebody", "pass": "hush"},
        },
    }
    assert list(secrets_in("mail", table)) == ["config.apikey", "config.auth.pass"]
    table = {
        "factory": "oidc",
        "token_endpoint": "https://id.example.com/token",
        "authorization_request": {"id_token_hint": "hush", "prompt": "login"},
        "custom_config": {"api_token": "hush", "audience": "x"},
    }
    assert list(secrets_in("okta", table)) == [
        "authorization_request.id_token_hint",
        "custom_config.api_token",
    ]


def test_secrets_of_what_is_sent_have_the_names_that_logto_has_for_them():
    assert facebook().secret_keys() == ("clientSecret",)
    request = AuthorizationRequestOptions(id_token_hint="hush")
    connector = oidc(authorization_request=request, custom_config={"api_key": "hush"})
    assert set(connector.secret_keys()) == {
        "clientSecret",
        "authRequestOptionalConfig.idTokenHint",
        "customConfig.api_key",
    }
    other = OtherConnector(
        factory_id="apple-universal", values={"clientId": "a", "privateKey": "hush"}
    )
    assert other.secret_keys() == ("privateKey",)
