"""What connectors say of themselves is what a real Logto says of its factories."""

import pytest

from logto_auth.connectors import CONNECTORS, OtherConnector, Place
from logto_auth.management_api import ConnectorFactory
from tests.contract.recordings import load

from .samples import SECRET, names

KINDS = list(CONNECTORS.values())


def recorded(kind):
    document = load(f"101-get-connector-factory-{kind.factory_id}")["response"]["body"]
    return ConnectorFactory.parse(document)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_a_connector_is_what_its_factory_makes(kind):
    factory = recorded(kind)
    assert factory.id == kind.factory_id
    assert factory.is_standard == kind.standard
    assert factory.is_token_storage_supported == kind.token_storage
    assert factory.is_standard or factory.target == kind.target


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_a_connector_has_every_value_of_the_form_and_no_other(kind):
    options = kind.options().values()
    keys = {option.key for option in options if option.place is Place.CONFIG}
    assert keys == {item["key"] for item in recorded(kind).form_items}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_what_the_form_requires_is_required(kind):
    required = {
        option.key
        for option in kind.options().values()
        if option.place is Place.CONFIG and (option.is_required or option.group)
    }
    for item in recorded(kind).form_items:
        if item["required"] and "showConditions" not in item:
            assert item["key"] in required


def test_the_form_of_openid_connect_asks_for_an_algorithm_with_a_signed_secret_only():
    values = {
        "authorizationEndpoint": "https://id.example.com/authorize",
        "tokenEndpoint": "https://id.example.com/token",
        "clientId": "a",
        "clientSecret": SECRET,
        "scope": "openid",
        "idTokenVerificationConfig": {"jwksUri": "https://id.example.com/keys"},
    }
    connector = OtherConnector(factory_id="oidc", target="example", values=values)
    connector = connector.with_factory(recorded(CONNECTORS["oidc"]))
    connector.check()
    assert connector.config() == {
        **values,
        "tokenEndpointAuthMethod": "client_secret_post",
    }
    signed = {**values, "tokenEndpointAuthMethod": "client_secret_jwt"}
    connector = OtherConnector(factory_id="oidc", target="example", values=signed)
    connector = connector.with_factory(recorded(CONNECTORS["oidc"]))
    assert connector.config()["clientSecretJwtSigningAlgorithm"] == "HS256"


def test_the_form_names_what_is_missing_and_what_cannot_be_chosen():
    connector = OtherConnector(
        factory_id="oidc", target="x", values={"tokenEndpointAuthMethod": "none"}
    ).with_factory(recorded(CONNECTORS["oidc"]))
    assert names(connector.problems()) == [
        "config.authorizationEndpoint",
        "config.tokenEndpoint",
        "config.clientId",
        "config.clientSecret",
        "config.tokenEndpointAuthMethod",
        "config.scope",
        "config.idTokenVerificationConfig",
    ]
