"""``manage.py check --deploy``: what is right on a desk and wrong on a server."""

import pytest
from django.core.checks import run_checks

from logto_auth.checks import catalogue
from logto_auth.checks.deployment import DEMO_CREDENTIALS
from tests.edge.found import found, ids

pytestmark = pytest.mark.django_db
ENGINES = "django.contrib.sessions.backends."
LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SHARED = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:6379",
    }
}


def deployed(**settings):
    """Return the ids that only ``--deploy`` finds."""
    assert ids(**settings) == []
    return ids(deploy=True, **settings)


@pytest.mark.catalogue(113)
def test_addresses_over_http_are_warned_of():
    ours = {"ENDPOINT": "http://logto.example", "BASE_URL": "http://www.example.com"}
    assert deployed(logto=ours) == [
        catalogue.ENDPOINT_NOT_HTTPS.id,
        catalogue.BASE_URL_NOT_HTTPS.id,
    ]


@pytest.mark.catalogue(113)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_logto_on_this_machine_is_found(host):
    ours = {"ENDPOINT": f"http://{host}:3001"}
    assert deployed(logto=ours) == [catalogue.SIMULATOR_IN_PRODUCTION.id]


@pytest.mark.catalogue(113)
def test_debug_is_djangos_own_to_tell(settings):
    settings.DEBUG = True
    assert ids(deploy=True, DEBUG=True) == []
    told = {message.id for message in run_checks(include_deployment_checks=True)}
    assert "security.W018" in told


@pytest.mark.catalogue(113)
def test_strict_session_cookies_work_and_are_not_warned_of():
    assert deployed(SESSION_COOKIE_SAMESITE="Strict") == []


@pytest.mark.catalogue(113)
def test_the_simulators_application_is_found():
    from logto_auth.testing import Application

    assert (Application().app_id, Application().secret) == DEMO_CREDENTIALS
    ours = {"APP_ID": "demo-app", "APP_SECRET": "demo-secret"}
    found_ids = ids(logto=ours, deploy=True)
    assert catalogue.SIMULATOR_IN_PRODUCTION.id in found_ids


def test_a_logto_on_this_machine_is_only_plain_http_while_debugging():
    ours = {"ENDPOINT": "http://localhost:3001"}
    found_ids = ids(logto=ours, DEBUG=True, deploy=True)
    assert found_ids == [catalogue.ENDPOINT_NOT_HTTPS.id]


@pytest.mark.catalogue(113)
def test_a_redirect_uri_that_follows_any_host_is_found():
    assert deployed(ALLOWED_HOSTS=["*"]) == [catalogue.ANY_HOST.id]
    ours = {"BASE_URL": "https://www.example.com"}
    assert deployed(ALLOWED_HOSTS=["*"], logto=ours) == []


@pytest.mark.catalogue(113)
@pytest.mark.parametrize("name", ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE"])
def test_a_redirect_uri_that_may_lose_its_https_is_found(name):
    assert deployed(**{name: True}) == [catalogue.PROXY_SCHEME.id]


@pytest.mark.parametrize(
    "settings",
    [
        {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
        {"logto": {"BASE_URL": "https://www.example.com"}},
    ],
)
def test_a_site_that_tells_its_scheme_passes(settings):
    assert deployed(SECURE_SSL_REDIRECT=True, **settings) == []


@pytest.mark.catalogue(113)
@pytest.mark.parametrize("engine", ["cache", "cached_db"])
def test_sessions_in_the_memory_of_one_process_are_found(engine):
    settings = {"SESSION_ENGINE": ENGINES + engine}
    assert deployed(CACHES=LOCMEM, **settings) == [catalogue.SESSION_CACHE_OWN.id]
    assert deployed(CACHES=SHARED, **settings) == []


@pytest.mark.catalogue(113)
def test_what_cookie_sessions_mean_is_told_once_and_as_a_note():
    settings = {"SESSION_ENGINE": ENGINES + "signed_cookies"}
    assert deployed(**settings) == [catalogue.COOKIE_SESSIONS.id]
    (note,) = found(deploy=True, **settings)
    assert not note.is_serious()
