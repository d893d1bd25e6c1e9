"""``manage.py check --deploy``: limits that limit nobody, or all visitors as one."""

import pytest

from logto_auth.checks import catalogue
from tests.edge.found import found, ids

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(14, 113)]
LIMITS = {"RATE_LIMITS": {"sign_in": "60/m"}}
BACKENDS = "django.core.cache.backends."
CACHES = {
    "default": {"BACKEND": BACKENDS + "locmem.LocMemCache"},
    "none": {"BACKEND": BACKENDS + "dummy.DummyCache"},
    "files": {"BACKEND": BACKENDS + "filebased.FileBasedCache", "LOCATION": "/tmp"},
    "redis": {
        "BACKEND": BACKENDS + "redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:6379",
    },
    "table": {"BACKEND": BACKENDS + "db.DatabaseCache", "LOCATION": "cache"},
}
BEHIND_A_PROXY = [
    {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
    {"USE_X_FORWARDED_HOST": True},
]


def address(request):
    return ""


def deployed(*, logto, **settings):
    """Return the messages that only ``--deploy`` finds, over the caches above."""
    settings = {"CACHES": CACHES, "logto": logto, **settings}
    assert ids(**settings) == []
    return found(deploy=True, **settings)


@pytest.mark.parametrize(
    ("cache", "told"), [("none", "nobody is ever limited"), ("default", "each process")]
)
def test_limits_in_a_cache_that_is_not_shared_are_found(cache, told):
    (message,) = deployed(logto={**LIMITS, "CACHE": cache})
    assert message.id == catalogue.RATE_CACHE_UNSHARED.id
    assert told in message.msg
    assert deployed(logto={"CACHE": cache}) == []


@pytest.mark.parametrize("cache", ["files", "redis", "table"])
def test_limits_in_a_cache_that_processes_share_pass(cache):
    assert deployed(logto={**LIMITS, "CACHE": cache}) == []


def test_an_address_without_limits_is_found():
    (message,) = deployed(logto={"CLIENT_ADDRESS": address})
    assert message.id == catalogue.CLIENT_ADDRESS_UNUSED.id
    empty = {"CLIENT_ADDRESS": address, "RATE_LIMITS": {}}
    assert [found.id for found in deployed(logto=empty)] == [message.id]


@pytest.mark.parametrize("proxy", BEHIND_A_PROXY, ids=list(map(str, BEHIND_A_PROXY)))
def test_limits_behind_a_proxy_that_may_be_everybodys_address_are_found(proxy):
    limits = {**LIMITS, "CACHE": "redis"}
    (message,) = deployed(logto=limits, **proxy)
    assert message.id == catalogue.CLIENT_ADDRESS_OF_PROXY.id
    assert deployed(logto={**limits, "CLIENT_ADDRESS": address}, **proxy) == []
    assert deployed(logto={}, **proxy) == []


def test_limits_that_cannot_be_read_are_told_once():
    wrong = {"RATE_LIMITS": "60/m", "CLIENT_ADDRESS": address}
    assert ids(logto=wrong, deploy=True) == [catalogue.SETTING_WRONG.id]
