"""``manage.py check`` names which of the four edits is missing, or half done."""

import pytest
from django.conf import settings as django_settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, reverse_lazy

from logto_auth.checks import catalogue, lines
from tests.edge.found import MIDDLEWARE, found, ids
from tests.views import home

pytestmark = pytest.mark.django_db
SESSIONS, AUTHENTICATION, LOGTO = MIDDLEWARE
ENGINES = "django.contrib.sessions.backends."
DUMMY = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


class EmptySite:
    urlpatterns = []


def test_missing_middleware_comes_with_the_order_to_use():
    (message,) = found(MIDDLEWARE=MIDDLEWARE[:2])
    assert message.id == catalogue.MIDDLEWARE_MISSING.id
    assert LOGTO in message.hint


def test_the_block_of_middleware_to_paste_passes():
    namespace = {}
    exec(lines.MIDDLEWARE_BLOCK, namespace)
    assert ids(MIDDLEWARE=namespace["MIDDLEWARE"]) == []


@pytest.mark.parametrize(
    "wrong", [[SESSIONS, LOGTO, AUTHENTICATION], [SESSIONS, LOGTO]]
)
def test_middleware_above_authentication_is_found(wrong):
    assert ids(MIDDLEWARE=wrong) == [catalogue.MIDDLEWARE_ORDER.id]


def test_missing_session_middleware_is_found():
    found_ids = ids(MIDDLEWARE=[AUTHENTICATION, LOGTO])
    assert found_ids == [catalogue.SESSION_MIDDLEWARE_MISSING.id]


def test_session_middleware_below_ours_is_found():
    wrong = [AUTHENTICATION, LOGTO, SESSIONS]
    assert ids(MIDDLEWARE=wrong) == [catalogue.SESSION_MIDDLEWARE_ORDER.id]


def test_session_middleware_of_another_package_will_do():
    other = "user_sessions.middleware.SessionMiddleware"
    assert ids(MIDDLEWARE=[other, AUTHENTICATION, LOGTO]) == []


def test_a_missing_backend_is_found():
    only_passwords = ["django.contrib.auth.backends.ModelBackend"]
    assert ids(AUTHENTICATION_BACKENDS=only_passwords) == [catalogue.BACKEND_MISSING.id]


def test_a_misspelt_path_of_the_backend_is_found():
    misspelt = ["logto_auth.backend.LogtoBackend", "tests.nothing.Backend"]
    assert ids(AUTHENTICATION_BACKENDS=misspelt) == [catalogue.BACKEND_MISSING.id]


class SiteInManyLanguages:
    urlpatterns = i18n_patterns(path("logto/", include("logto_auth.urls")))


class SiteBesideManyLanguages:
    urlpatterns = [
        path("logto/", include("logto_auth.urls")),
        *i18n_patterns(path("", home)),
    ]


def test_a_redirect_uri_in_each_language_is_found():
    many = {"ROOT_URLCONF": SiteInManyLanguages}
    assert ids(**many) == [catalogue.URLS_TRANSLATED.id]
    assert ids(LANGUAGES=[("en", "English")], **many) == []
    assert ids(ROOT_URLCONF=SiteBesideManyLanguages) == []


def test_urls_that_are_not_included_are_found():
    assert ids(ROOT_URLCONF=EmptySite) == [catalogue.URLS_MISSING.id]


def test_templates_that_are_not_found_are_found():
    engine = {**django_settings.TEMPLATES[0], "APP_DIRS": False}
    assert ids(TEMPLATES=[engine]) == [catalogue.TEMPLATES_MISSING.id]


def test_a_user_model_with_a_logto_of_its_own_is_found(monkeypatch):
    from django.contrib.auth import get_user_model

    monkeypatch.setattr(get_user_model(), "logto", "mine")
    assert ids() == [catalogue.USER_HAS_LOGTO.id]


def test_sessions_in_a_database_without_their_table_are_found():
    apps = [
        app
        for app in django_settings.INSTALLED_APPS
        if app != "django.contrib.sessions"
    ]
    assert ids(INSTALLED_APPS=apps) == [catalogue.SESSIONS_APP_MISSING.id]
    in_cookies = ENGINES + "signed_cookies"
    assert ids(INSTALLED_APPS=apps, SESSION_ENGINE=in_cookies) == []


def test_sessions_in_a_cache_that_keeps_nothing_are_found():
    in_cache = ENGINES + "cache"
    found_ids = ids(SESSION_ENGINE=in_cache, CACHES=DUMMY)
    assert found_ids == [catalogue.SESSION_CACHE_DUMMY.id]
    assert ids(SESSION_ENGINE=ENGINES + "cached_db", CACHES=DUMMY) == []


@pytest.mark.parametrize(
    "name", ["LOGIN_URL", "LOGIN_REDIRECT_URL", "LOGOUT_REDIRECT_URL"]
)
def test_a_setting_that_names_no_url_is_found(name):
    (message,) = found(**{name: "logto_auth:signin"})
    assert message.id == catalogue.URL_SETTING_DEAD.id
    assert f'{name} is "logto_auth:signin"' in message.msg


def test_a_setting_that_reverses_a_url_which_does_not_exist_is_found():
    (message,) = found(LOGIN_URL=reverse_lazy("logto_auth:signin"))
    assert message.id == catalogue.URL_SETTING_DEAD.id
    assert "LOGIN_URL is lazy" in message.msg


@pytest.mark.parametrize("target", ["/somewhere/", "home", "https://example.com/"])
def test_a_setting_with_a_path_an_address_or_a_name_passes(target):
    assert ids(LOGIN_URL=target, LOGIN_REDIRECT_URL=target) == []


def test_no_page_after_sign_out_passes():
    assert ids(LOGOUT_REDIRECT_URL=None) == []


class SiteWithPasswords:
    urlpatterns = [
        path("logto/", include("logto_auth.urls")),
        path("accounts/login/", home),
    ]


def test_a_login_url_that_nobody_set_is_found():
    (message,) = found(LOGIN_URL="/accounts/login/")
    assert message.id == catalogue.LOGIN_URL_DEFAULT.id
    assert lines.LOGIN_URL_LINE in message.hint


def test_djangos_own_login_page_passes_where_there_is_one():
    assert ids(LOGIN_URL="/accounts/login/", ROOT_URLCONF=SiteWithPasswords) == []


def test_a_base_url_that_django_would_refuse_is_found():
    ours = {"BASE_URL": "https://www.example.org"}
    (message,) = found(logto=ours, ALLOWED_HOSTS=["example.org"])
    assert message.id == catalogue.BASE_URL_HOST.id
    assert "www.example.org" in message.msg
    for hosts in (["www.example.org"], [".example.org"], ["*"]):
        assert ids(logto=ours, ALLOWED_HOSTS=hosts) == []


def test_a_base_url_behind_a_proxy_that_replaces_the_host_passes():
    ours = {"BASE_URL": "https://www.example.org"}
    hosts = {"ALLOWED_HOSTS": ["inside"]}
    trusted = ["https://www.example.org"]
    assert ids(logto=ours, CSRF_TRUSTED_ORIGINS=trusted, **hosts) == []


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_local_base_url_passes_while_debugging(host):
    ours = {"BASE_URL": f"http://{host}"}
    assert ids(logto=ours, ALLOWED_HOSTS=[], DEBUG=True) == []
