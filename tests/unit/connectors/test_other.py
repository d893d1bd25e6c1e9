"""Any other connector is held against the form that its Logto server describes."""

from dataclasses import replace

import pytest

from logto_auth.connectors import OtherConnector, connector_from
from logto_auth.management_api import ConnectorFactory

from .samples import SECRET, names

FORM = [
    {"key": "clientId", "type": "Text", "label": "Client ID", "required": True},
    {"key": "clientSecret", "type": "Text", "label": "Secret", "required": True},
    {"key": "scope", "type": "MultilineText", "label": "Scope"},
    {
        "key": "cloud",
        "type": "Text",
        "label": "Cloud",
        "required": True,
        "defaultValue": "https://cloud.example.com",
    },
    {"key": "timeout", "type": "Number", "label": "Timeout"},
    {"key": "sign", "type": "Switch", "label": "Sign", "defaultValue": False},
    {
        "key": "privateKey",
        "type": "MultilineText",
        "label": "Key",
        "required": True,
        "showConditions": [{"targetKey": "sign", "expectValue": True}],
    },
    {
        "key": "order",
        "type": "Select",
        "label": "Order",
        "selectItems": [{"value": "first", "title": "1"}, {"value": "last"}],
    },
    {
        "key": "prompts",
        "type": "MultiSelect",
        "label": "Prompts",
        "selectItems": [{"value": "login"}, {"value": "consent"}],
    },
    {
        "key": "profileMap",
        "type": "Json",
        "label": "Profile",
        "required": True,
        "defaultValue": {"id": "<id>"},
    },
    {"key": "novelty", "type": "Hologram", "label": "Of a newer Logto"},
]
DOCUMENT = {
    "id": "new-universal",
    "target": "new",
    "type": "Social",
    "name": {"en": "New"},
    "isTokenStorageSupported": True,
    "formItems": FORM,
}
FACTORY = ConnectorFactory.parse(DOCUMENT)
STANDARD = ConnectorFactory.parse({**DOCUMENT, "isStandard": True})
VALUES = {"clientId": "a", "clientSecret": SECRET, "profileMap": {"id": "sub"}}


def other(factory=FACTORY, values=None, **changes):
    table = {"factory": "new-universal", "config": {**VALUES, **(values or {})}}
    return connector_from("mine", {**table, **changes}).with_factory(factory)


def test_a_connector_with_all_that_its_form_asks_for_is_right():
    connector = other()
    connector.check()
    assert connector.warnings() == []
    assert connector.body()["connectorId"] == "new-universal"
    assert "metadata" not in connector.body()


def test_what_the_console_would_enter_is_entered_unless_it_is_an_example():
    assert other().config() == {**VALUES, "cloud": "https://cloud.example.com"}
    assert other(values={"cloud": "https://x"}).config()["cloud"] == "https://x"
    lacking = replace(other(), values={})
    assert names(lacking.problems()) == [
        "config.clientId",
        "config.clientSecret",
        "config.profileMap",
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("clientId", 5),
        ("clientId", ""),
        ("scope", ["a"]),
        ("timeout", "5"),
        ("timeout", True),
        ("sign", "yes"),
        ("order", "middle"),
        ("order", ["first"]),
        ("prompts", "login"),
        ("prompts", ["login", "none"]),
        ("profileMap", "text"),
    ],
)
def test_a_value_of_another_type_is_named(key, value):
    assert names(other(values={key: value}).problems()) == [f"config.{key}"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timeout", 0),
        ("sign", False),
        ("order", "last"),
        ("prompts", ["consent", "login"]),
        ("profileMap", [1]),
        ("novelty", object),
    ],
)
def test_a_value_of_the_type_that_is_asked_for_is_right(key, value):
    assert other(values={key: value}).problems() == []


def test_what_is_asked_for_under_a_condition_is_missing_only_then():
    assert other(values={"sign": False}).problems() == []
    found = other(values={"sign": True}).problems()
    assert names(found) == ["config.privateKey"]
    assert other(values={"sign": True, "privateKey": SECRET}).problems() == []


def test_a_key_that_the_form_does_not_have_is_a_warning_for_logto_may_know_it():
    connector = other(values={"clientld": "a", "oneTap": {}})
    connector.check()
    assert [str(warning) for warning in connector.warnings()] == [
        "config.clientld is not known; did you mean clientId?",
        "config.oneTap is not known.",
    ]


def test_a_connector_of_which_there_is_one_has_the_target_of_its_factory():
    assert other().target == "new"
    for name in ("target", "name", "logo", "logo_dark"):
        found = other(**{name: "https://x"} if "logo" in name else {name: "x"})
        assert names(found.problems()) == [name]


def test_a_standard_connector_is_named_by_its_table():
    connector = other(STANDARD, name="Mine", logo="https://example.com/x.svg")
    connector.check()
    assert connector.metadata() == {
        "target": "mine",
        "name": {"en": "Mine"},
        "logo": "https://example.com/x.svg",
    }


def test_stored_tokens_are_refused_where_the_factory_has_none():
    assert other(store_tokens=True).problems() == []
    without = replace(FACTORY, is_token_storage_supported=False)
    assert names(other(without, store_tokens=True).problems()) == ["store_tokens"]


def test_who_signs_nobody_in_has_no_profile_to_follow():
    email = replace(FACTORY, type="Email")
    assert names(other(email, sync_profile=False).problems()) == ["sync_profile"]
    assert other(email).problems() == []


@pytest.mark.parametrize("config", [5, "text", ["a"]])
def test_a_configuration_that_is_no_table_is_named(config):
    found = connector_from("x", {"factory": "new-universal", "config": config})
    assert "config" in names(found.with_factory(FACTORY).problems())


def test_a_factory_that_the_server_does_not_have_is_named():
    found = OtherConnector(factory_id="nope-universal").problems()
    assert names(found) == ["factory"]


def test_saml_has_a_callback_url_of_its_own():
    endpoint = "https://a.logto.app/"
    saml = OtherConnector(factory_id="saml").callback_url(endpoint, "abc")
    assert saml == "https://a.logto.app/api/authn/saml/abc"
    assert other().callback_url(endpoint, "abc") == "https://a.logto.app/callback/abc"
