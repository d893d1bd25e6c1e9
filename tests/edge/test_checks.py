"""``manage.py check`` names what is wrong in ``LOGTO`` and gives the lines to paste."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings

from logto_auth.checks import catalogue, lines
from logto_auth.conf import LOGTO_SCOPES, declared
from tests.edge.found import GOOD, found, ids

# Django's own database checks ask the database.
pytestmark = pytest.mark.django_db
RECORDINGS = Path(__file__).parents[1] / "recordings" / "wire"


def test_a_complete_site_has_nothing_to_mend():
    assert ids() == []
    assert ids(deploy=True) == []


@pytest.mark.catalogue(113)
def test_missing_settings_come_with_a_block_to_paste():
    (message,) = found(LOGTO={"APP_ID": "a"})
    assert message.id == catalogue.SETTINGS_MISSING.id
    assert "ENDPOINT, APP_SECRET" in message.msg
    assert lines.SETTINGS_BLOCK in message.hint


def test_the_block_to_paste_is_python_that_passes():
    namespace = {}
    exec(lines.SETTINGS_BLOCK, namespace)
    namespace.pop("__builtins__")
    assert set(ids(**namespace)) == {catalogue.PLACEHOLDER.id}


def test_no_dictionary_at_all_is_the_same():
    assert ids(LOGTO=None) == [catalogue.SETTINGS_MISSING.id]


@pytest.mark.parametrize("value", ["https://logto.example", [GOOD], 7])
def test_something_else_than_a_dictionary_is_told(value):
    (message,) = found(LOGTO=value)
    assert message.id == catalogue.SETTINGS_MISSING.id
    assert message.msg == "LOGTO must be a dictionary."
    assert lines.SETTINGS_BLOCK in message.hint


def test_a_misspelt_setting_is_named():
    (message,) = found(logto={"APPID": "a"})
    assert message.id == catalogue.SETTING_UNKNOWN.id
    assert "APPID" in message.msg and "APP_ID" in message.hint


@pytest.mark.catalogue(113)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENDPOINT", "logto.example"),
        ("ENDPOINT", "https://logto.example/oidc"),
        ("ENDPOINT", "https://logto.example/oidc/"),
        ("ENDPOINT", "https://logto.example/oidc/.well-known/openid-configuration"),
        ("ENDPOINT", "https://user@logto.example"),
        ("ENDPOINT", "https://logto.example:port"),
        ("ENDPOINT", "https://logto.example:99999"),
        ("ENDPOINT", "https://logto example"),
        ("ENDPOINT", "https://[::1"),
        ("ENDPOINT", ""),
        ("APP_ID", 7),
        ("APP_SECRET", None),
        ("BASE_URL", "https://example.com/path"),
        ("SCOPES", "openid profile"),
        ("SCOPES", ["openid profile"]),
        ("RESOURCES", "https://api.example"),
        ("PROMPT", "none"),
        ("TIMEOUT", 0),
        ("TIMEOUT", True),
        ("TIMEOUT", float("nan")),
        ("TIMEOUT", float("inf")),
        ("TIMEOUT", 10**400),
        ("ALLOWED_NEXT_HOSTS", "example.com"),
        ("USER_CLAIMS", "name"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(name, value):
    (message,) = found(logto={name: value})
    assert message.id == catalogue.SETTING_WRONG.id
    assert f'LOGTO["{name}"] must' in message.msg


@pytest.mark.catalogue(39, 113)
@pytest.mark.parametrize("secret", [["very-secret"], "very-secret x", "very-secret"])
def test_a_secret_never_shows(secret):
    messages = found(logto={"APP_SECRET": secret})
    assert messages
    assert "very-secret" not in str(messages)


@pytest.mark.catalogue(113)
@pytest.mark.parametrize(
    "value",
    [
        "…",
        "<app secret>",
        "replace-with-your-app-secret",
        "your-secret-from-the-console",
        "••••••••",
        "xxxx",
    ],
)
def test_a_placeholder_is_found_once(value):
    assert ids(logto={"APP_SECRET": value}) == [catalogue.PLACEHOLDER.id]


@pytest.mark.catalogue(113)
def test_an_app_id_that_is_the_secret_is_found():
    wrong = {"APP_ID": GOOD["APP_SECRET"]}
    assert ids(logto=wrong) == [catalogue.ID_IS_SECRET.id]


@pytest.mark.catalogue(113)
@pytest.mark.parametrize(
    "secret", ["yQ3hXg0sVwq2", "yQ3hXg0sVwq2 k9TnR7bZ5mC1dL8fP4aE"]
)
def test_a_secret_that_was_not_copied_whole_is_found(secret):
    assert ids(logto={"APP_SECRET": secret}) == [catalogue.SECRET_UNLIKELY.id]


@pytest.mark.parametrize("name", ["M2M_APP_ID", "M2M_APP_SECRET"])
def test_a_machine_with_half_of_its_credentials_is_found(name):
    half = {name: "yQ3hXg0sVwq2k9TnR7bZ"}
    assert ids(logto=half) == [catalogue.MACHINE_INCOMPLETE.id]


def test_the_application_of_visitors_as_the_machine_is_found():
    same = {"M2M_APP_ID": GOOD["APP_ID"], "M2M_APP_SECRET": GOOD["APP_SECRET"]}
    assert ids(logto=same) == [catalogue.MACHINE_IS_APPLICATION.id]


@pytest.mark.parametrize(
    "key", ["your-signing-key", "…", "short", "one-signing-key,another-one"]
)
def test_a_signing_key_that_logto_has_not_made_is_found(key):
    wrong = {"WEBHOOK_SIGNING_KEYS": ["JvJ7y261D3sjCbLyVrG15YHsGPpNOD9C", key]}
    assert ids(logto=wrong) == [catalogue.WEBHOOK_KEY_UNLIKELY.id]


@pytest.mark.parametrize("lacks", [{"SCOPES": ["profile"]}, {"PROMPT": "login"}])
def test_a_recheck_that_has_no_refresh_token_is_found(lacks):
    told = ids(logto={"RECHECK_SECONDS": 600, **lacks})
    assert catalogue.RECHECK_IMPOSSIBLE.id in told
    assert catalogue.RECHECK_IMPOSSIBLE.id not in ids(logto=lacks)
    assert ids(logto={"RECHECK_SECONDS": 600}) == []


def test_a_machine_of_an_example_is_found():
    copied = {"M2M_APP_ID": "your-app-id", "M2M_APP_SECRET": "…"}
    assert ids(logto=copied) == [catalogue.PLACEHOLDER.id] * 2


def test_the_simulators_credentials_are_good_enough_for_the_simulator():
    demo = {
        "ENDPOINT": "http://localhost:3001",
        "APP_ID": "demo-app",
        "APP_SECRET": "demo-secret",
    }
    assert ids(logto=demo) == []


def test_the_consoles_address_is_not_taken_for_the_endpoint():
    wrong = {"ENDPOINT": "https://cloud.logto.io"}
    assert ids(logto=wrong) == [catalogue.ENDPOINT_IS_CONSOLE.id]


def test_a_cache_that_does_not_exist_is_found():
    assert ids(logto={"CACHE": "nope"}) == [catalogue.CACHE_UNKNOWN.id]


def test_a_refresh_token_that_will_never_come_is_found():
    assert ids(logto={"PROMPT": "login"}) == [catalogue.NO_CONSENT.id]
    assert ids(logto={"PROMPT": "login", "SCOPES": ["profile"]}) == []


@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        ("profil", "profile"),
        ("Email", "email"),
        ("organizations", "urn:logto:scope:organizations"),
        ("custom-data", "custom_data"),
    ],
)
def test_a_scope_that_is_nearly_one_of_logtos_is_found(scope, meant):
    (message,) = found(logto={"SCOPES": ["profile", scope]})
    assert message.id == catalogue.SCOPE_MISSPELT.id
    assert f"Did you mean {meant}?" in message.hint


def test_permissions_of_a_resource_are_no_misspelt_scopes():
    scopes = ["profile", "read:books", "invite:member", "delete:profile"]
    assert ids(logto={"SCOPES": scopes}) == []


def test_the_scopes_known_are_those_of_logtos_discovery():
    recording = json.loads((RECORDINGS / "300-discovery.json").read_text())
    assert set(LOGTO_SCOPES) == set(recording["response"]["body"]["scopes_supported"])


@pytest.mark.parametrize("host", ["https://example.com", "*.example.com", "*", ".x.y"])
def test_next_hosts_that_nothing_is_equal_to_are_found(host):
    wrong = {"ALLOWED_NEXT_HOSTS": ["example.org", host]}
    assert ids(logto=wrong) == [catalogue.NEXT_HOST_UNUSABLE.id]


def test_the_checks_are_registered():
    with override_settings(LOGTO={}), pytest.raises(SystemCheckError):
        call_command("check")


def test_every_setting_has_help():
    assert all(setting.help.endswith(".") for setting in declared())
