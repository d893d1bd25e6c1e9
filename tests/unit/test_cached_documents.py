"""Discovery and keys: fetched once, shared, served stale while Logto is down."""

import threading
import time

import pytest
from django.core.cache import cache

from logto_auth.engine import document
from logto_auth.engine.mode import BLOCKING, run_blocking
from logto_auth.engine.provider import current_provider, forget_providers
from logto_auth.errors import ProviderResponseInvalid
from tests.journey import at_once

DISCOVERY = "/oidc/.well-known/openid-configuration"


def metadata():
    return run_blocking(current_provider().metadata(BLOCKING))


def discovery_calls(logto):
    return sum(call.path == DISCOVERY for call in logto.calls)


def later(monkeypatch, seconds):
    now = time.time
    monkeypatch.setattr(document.time, "time", lambda: now() + seconds)


def down(logto):
    from logto_auth.testing import Fault

    logto.faults.put(DISCOVERY, Fault(status=500))


def test_a_hundred_cold_callers_fetch_once(logto):
    issuers = at_once(lambda: metadata().issuer, [()] * 100)
    assert issuers == [logto.issuer] * 100
    assert discovery_calls(logto) == 1


def test_another_process_finds_it_in_the_shared_cache(logto):
    metadata()
    forget_providers()
    metadata()
    assert discovery_calls(logto) == 1


def test_it_is_shared_through_redis_too(logto, settings, redis):
    settings.LOGTO = {**settings.LOGTO, "CACHE": redis}
    metadata()
    forget_providers()
    metadata()
    assert discovery_calls(logto) == 1


def test_a_stale_copy_is_renewed(logto, monkeypatch):
    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    metadata()
    assert discovery_calls(logto) == 2


def test_while_logto_is_down_the_stale_copy_serves_and_the_fetch_cools_down(
    logto, monkeypatch
):
    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    down(logto)
    for _ in range(5):
        assert metadata().issuer == logto.issuer
    assert discovery_calls(logto) == 2


def test_a_copy_older_than_a_day_is_not_served(logto, monkeypatch):
    metadata()
    later(monkeypatch, document.STALE_SECONDS + 1)
    down(logto)
    with pytest.raises(ProviderResponseInvalid):
        metadata()


def test_while_one_renews_the_others_get_the_stale_copy_at_once(logto, monkeypatch):
    from logto_auth.testing import Fault

    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    logto.faults.put(DISCOVERY, Fault(delay=0.5))
    renewing = threading.Thread(target=metadata)
    renewing.start()
    time.sleep(0.1)
    started = time.perf_counter()
    metadata()
    assert time.perf_counter() - started < 0.1
    renewing.join()
    assert discovery_calls(logto) == 2


@pytest.mark.parametrize(
    "garbage", ["", "{", "[]", '{"document": {}}', b"x", 7, {"document": {}}]
)
def test_garbage_in_the_shared_cache_is_a_miss(logto, garbage):
    key = current_provider()._metadata.cache_key
    cache.set(key, garbage)
    assert metadata().issuer == logto.issuer
    assert discovery_calls(logto) == 1


def test_a_cache_that_is_down_does_not_stop_anything(logto, settings):
    settings.CACHES = {
        **settings.CACHES,
        "down": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        },
    }
    settings.LOGTO = {**settings.LOGTO, "CACHE": "down"}
    assert metadata().issuer == logto.issuer
