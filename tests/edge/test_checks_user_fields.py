"""``manage.py check`` names claims that are to fill what no claim can fill."""

import pytest
from django.contrib.auth import get_user_model

from logto_auth.accounts.fields import GUARDED
from logto_auth.checks import catalogue
from tests.edge.found import found, ids

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    sorted(GUARDED | {"id", "username", "firstname", "logentry", "logto_accounts"}),
)
def test_a_field_that_no_claim_can_fill_is_named(name):
    (message,) = found(logto={"USER_FIELDS": {name: "claim", "last_name": "name"}})
    assert message.id == catalogue.USER_FIELD_UNFIT.id
    assert f'LOGTO["USER_FIELDS"]: {name} ' in message.msg
    assert "update_user" in message.hint


def test_fields_of_the_user_model_pass():
    fields = {"first_name": ("name", "sign_in"), "date_joined": "created"}
    assert ids(logto={"USER_FIELDS": fields}) == []


@pytest.mark.parametrize("setting", ["USER_FIELDS", "REQUIRED_CLAIMS"])
@pytest.mark.parametrize(
    "value",
    [
        ["first_name"],
        {"first_name": ("given_name", "always")},
        {"first_name": ("given_name",)},
        {"first_name": 7},
        {"first_name": ""},
        {"": ("given_name", "sign_in")},
    ],
)
def test_a_declaration_that_cannot_be_read_is_told_once(setting, value):
    # Of a required claim, texts in a tuple are the values that do.
    readable = setting == "REQUIRED_CLAIMS" and isinstance(value, dict)
    if readable and isinstance(value.get("first_name"), tuple):
        assert ids(logto={setting: value}) == []
        return
    (message,) = found(logto={setting: value})
    assert message.id == catalogue.SETTING_WRONG.id
    assert f'LOGTO["{setting}"]' in message.msg


@pytest.mark.parametrize(
    "declared",
    [
        {"REQUIRED_CLAIMS": {"custom_data.plan": ["gold"]}},
        {"USER_FIELDS": {"last_name": ("custom_data.plan", "sign_in")}},
    ],
)
def test_a_claim_that_logto_is_not_asked_for_is_found(declared):
    (message,) = found(logto=declared)
    assert message.id == catalogue.CLAIM_NEVER_TOLD.id
    assert "custom_data.plan only with the scope custom_data" in message.msg
    assert ids(logto={**declared, "SCOPES": ["custom_data"]}) == []


def test_a_claim_that_is_none_of_logtos_needs_no_scope():
    assert ids(logto={"REQUIRED_CLAIMS": {"https://example.com/paid": [True]}}) == []


def test_joining_that_joins_nobody_is_found(monkeypatch):
    joining = {"JOIN_BY_EMAIL": True}
    assert ids(logto=joining) == []
    assert ids(logto={"SCOPES": ["profile"]}) == []
    (message,) = found(logto={**joining, "SCOPES": ["profile"]})
    assert message.id == catalogue.JOINS_NOBODY.id
    assert 'LOGTO["SCOPES"] lacks email' in message.msg
    monkeypatch.setattr(get_user_model(), "EMAIL_FIELD", "mail")
    (message,) = found(logto=joining)
    assert message.id == catalogue.JOINS_NOBODY.id
    assert "the user model has no field" in message.msg
