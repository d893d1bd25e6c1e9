"""``manage.py check`` names what is missing and gives the lines to paste."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings

from logto_auth.checks import IDS, SETTINGS_BLOCK
from logto_auth.conf import declared

# Django's own database checks ask the database.
pytestmark = pytest.mark.django_db

GOOD = {"ENDPOINT": "https://logto.example", "APP_ID": "a", "APP_SECRET": "s"}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "logto_auth.middleware.LogtoMiddleware",
]


class EmptySite:
    urlpatterns = []


def found(**settings):
    deploy = settings.pop("deploy", False)
    with override_settings(**{"LOGTO": GOOD, **settings}):
        messages = run_checks(include_deployment_checks=deploy)
    return [m for m in messages if m.id and m.id.startswith("logto_auth.")]


def ids(**settings):
    return [message.id for message in found(**settings)]


def test_a_complete_site_has_nothing_to_mend():
    assert ids() == []
    assert ids(deploy=True) == []


def test_missing_settings_come_with_a_block_to_paste():
    (message,) = found(LOGTO={"APP_ID": "a"})
    assert message.id == IDS["settings_missing"]
    assert "ENDPOINT, APP_SECRET" in message.msg
    assert SETTINGS_BLOCK in message.hint


def test_the_block_to_paste_is_python_that_passes():
    namespace = {}
    exec(SETTINGS_BLOCK, namespace)
    namespace.pop("__builtins__")
    assert set(ids(**namespace)) == {IDS["placeholder"]}


def test_a_cache_that_does_not_exist_is_found():
    assert ids(LOGTO={**GOOD, "CACHE": "nope"}) == [IDS["cache_unknown"]]


def test_no_dictionary_at_all_is_the_same():
    assert ids(LOGTO=None) == [IDS["settings_missing"]]


def test_a_misspelt_setting_is_named():
    (message,) = found(LOGTO={**GOOD, "APPID": "a"})
    assert message.id == IDS["setting_unknown"]
    assert "APPID" in message.msg and "APP_ID" in message.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENDPOINT", "logto.example"),
        ("ENDPOINT", "https://logto.example/oidc"),
        ("ENDPOINT", "https://logto.example/oidc/"),
        ("ENDPOINT", "https://user@logto.example"),
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
        ("ALLOWED_NEXT_HOSTS", "example.com"),
        ("USER_CLAIMS", "name"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(name, value):
    (message,) = found(LOGTO={**GOOD, name: value})
    assert message.id == IDS["setting_wrong"]
    assert f'LOGTO["{name}"] must' in message.msg


def test_a_secret_never_shows():
    for message in found(LOGTO={**GOOD, "APP_SECRET": ["very-secret"]}):
        assert "very-secret" not in str(message)


def test_missing_middleware_comes_with_the_order_to_use():
    (message,) = found(MIDDLEWARE=MIDDLEWARE[:2])
    assert message.id == IDS["middleware_missing"]
    assert "logto_auth.middleware.LogtoMiddleware" in message.hint


def test_middleware_in_the_wrong_order_is_found():
    wrong = [MIDDLEWARE[0], MIDDLEWARE[2], MIDDLEWARE[1]]
    assert ids(MIDDLEWARE=wrong) == [IDS["middleware_order"]]


def test_a_missing_backend_is_found():
    only_passwords = ["django.contrib.auth.backends.ModelBackend"]
    assert ids(AUTHENTICATION_BACKENDS=only_passwords) == [IDS["backend_missing"]]


def test_urls_that_are_not_included_are_found():
    assert ids(ROOT_URLCONF=EmptySite) == [IDS["urls_missing"]]


def test_a_user_model_with_a_logto_of_its_own_is_found(monkeypatch):
    from django.contrib.auth import get_user_model

    monkeypatch.setattr(get_user_model(), "logto", "mine")
    assert ids() == [IDS["user_has_logto"]]


def test_deployment_over_http_is_warned_of():
    settings = {**GOOD, "ENDPOINT": "http://logto", "BASE_URL": "http://example.com"}
    assert ids(LOGTO=settings) == []
    assert ids(LOGTO=settings, deploy=True) == [
        IDS["endpoint_not_https"],
        IDS["base_url_not_https"],
    ]


def test_the_checks_are_registered():
    with override_settings(LOGTO={}), pytest.raises(SystemCheckError):
        call_command("check")


def test_ids_are_unique_and_every_setting_has_help():
    assert len(set(IDS.values())) == len(IDS)
    assert all(setting.help.endswith(".") for setting in declared())
