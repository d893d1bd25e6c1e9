"""Endpoints are discovered from the issuer; its document is not trusted blindly."""

import pytest

from logto_auth.connectors import IdTokenVerification, OidcConnector
from logto_auth.errors import ConnectorInvalid

from .samples import CLIENT, DOCUMENT, ISSUER, names, oidc


def undiscovered(**changes):
    return OidcConnector(**{"target": "example", "issuer": ISSUER, **CLIENT, **changes})


def refused(document, connector=None):
    """Return the names of what makes a document useless."""
    with pytest.raises(ConnectorInvalid) as caught:
        (connector or undiscovered()).discovered(document)
    return names(caught.value.problems)


def test_an_issuer_is_all_that_has_to_be_known():
    connector = undiscovered()
    assert connector.problems_so_far() == []
    assert connector.discovery_url == f"{ISSUER}/.well-known/openid-configuration"
    found = connector.discovered(DOCUMENT)
    found.check()
    assert found.discovery_url == ""
    assert found.config() == {
        "clientId": CLIENT["client_id"],
        "clientSecret": CLIENT["client_secret"],
        "scope": "openid profile email",
        "authorizationEndpoint": f"{ISSUER}/authorize",
        "tokenEndpoint": f"{ISSUER}/token",
        "tokenEndpointAuthMethod": "client_secret_basic",
        "idTokenVerificationConfig": {"jwksUri": f"{ISSUER}/keys", "issuer": ISSUER},
    }


def test_what_can_be_discovered_is_missing_until_it_is():
    assert names(undiscovered().problems()) == [
        "authorization_endpoint",
        "token_endpoint",
        "token_endpoint_auth_method",
        "id_token_verification.jwks_uri",
    ]


def test_what_is_written_out_is_not_discovered():
    connector = undiscovered(
        token_endpoint="https://tokens.example.com",
        token_endpoint_auth_method="client_secret_post",
        id_token_verification=IdTokenVerification(clock_tolerance=5),
    )
    config = connector.discovered(DOCUMENT).config()
    assert config["tokenEndpoint"] == "https://tokens.example.com"
    assert config["tokenEndpointAuthMethod"] == "client_secret_post"
    assert config["idTokenVerificationConfig"] == {
        "jwksUri": f"{ISSUER}/keys",
        "issuer": ISSUER,
        "clockTolerance": 5,
    }


def test_nothing_is_discovered_where_nothing_is_missing():
    assert oidc(issuer=ISSUER).discovery_url == ""
    assert oidc(token_endpoint="").discovery_url == ""


def test_the_slash_at_the_end_of_an_issuer_is_kept_and_not_doubled():
    issuer = f"{ISSUER}/"
    connector = undiscovered(issuer=issuer)
    assert connector.discovery_url == f"{ISSUER}/.well-known/openid-configuration"
    assert refused(DOCUMENT, connector) == ["issuer"]
    found = connector.discovered({**DOCUMENT, "issuer": issuer})
    assert found.config()["idTokenVerificationConfig"]["issuer"] == issuer


@pytest.mark.parametrize(
    ("supported", "taken"),
    [
        (None, "client_secret_basic"),
        (["client_secret_post"], "client_secret_post"),
        (["client_secret_jwt", "private_key_jwt"], "client_secret_jwt"),
    ],
)
def test_the_client_authenticates_in_a_way_that_the_provider_takes(supported, taken):
    document = {**DOCUMENT, "token_endpoint_auth_methods_supported": supported}
    found = undiscovered().discovered(document)
    assert found.token_endpoint_auth_method == taken


@pytest.mark.parametrize("supported", [[], ["private_key_jwt"], "client_secret_basic"])
def test_a_provider_that_wants_something_else_is_not_guessed_at(supported):
    document = {**DOCUMENT, "token_endpoint_auth_methods_supported": supported}
    assert refused(document) == ["token_endpoint_auth_method"]
    written = undiscovered(token_endpoint_auth_method="client_secret_post")
    assert written.discovered(document).problems() == []


@pytest.mark.parametrize(
    "issuer", ["https://evil.example.com", f"{ISSUER}/", None, 5, [ISSUER]]
)
def test_a_document_of_another_issuer_is_refused(issuer):
    assert refused({**DOCUMENT, "issuer": issuer}) == ["issuer"]


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_what_is_no_document_is_refused(document):
    assert refused(document) == ["issuer"]


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri"]
)
@pytest.mark.parametrize("value", [None, 5, "http://id.example.com/x", "/token", ""])
def test_an_address_that_is_not_safe_is_refused(name, value):
    assert refused({**DOCUMENT, name: value}) == [name]


def test_a_provider_on_this_machine_needs_no_tls():
    local = "http://localhost:9998"
    document = {key: str(value) for key, value in DOCUMENT.items()}
    document = {key: text.replace(ISSUER, local) for key, text in document.items()}
    document["token_endpoint_auth_methods_supported"] = ["client_secret_basic"]
    found = undiscovered(issuer=local).discovered(document)
    assert found.problems() == []


def test_nothing_is_discovered_over_an_address_that_others_can_change():
    connector = undiscovered(issuer="http://id.example.com")
    assert connector.discovery_url == ""
    assert "issuer" in names(connector.problems_so_far())
