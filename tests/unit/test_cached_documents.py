"""Discovery and keys: fetched once, shared, served stale while Logto is down."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest
from django.core.cache import cache

from logto_auth.engine import copies, document, provider
from logto_auth.engine.deadline import deadline, remaining
from logto_auth.engine.mode import BLOCKING, run_blocking
from logto_auth.engine.provider import current_provider, forget_providers
from logto_auth.errors import ProviderResponseInvalid, ProviderTimeout
from tests.journey import at_once

DISCOVERY = "/oidc/.well-known/openid-configuration"


def metadata():
    return run_blocking(current_provider().metadata(BLOCKING))


def later(monkeypatch, seconds):
    now = time.time
    monkeypatch.setattr(document.time, "time", lambda: now() + seconds)


def down(logto):
    from logto_auth.testing import Fault

    logto.faults.put(DISCOVERY, Fault(status=500))


@pytest.mark.catalogue(70)
def test_a_hundred_cold_callers_fetch_once(logto):
    issuers = at_once(lambda: metadata().issuer, [()] * 100)
    assert issuers == [logto.issuer] * 100
    assert logto.count(DISCOVERY) == 1


@pytest.mark.catalogue(70)
def test_another_process_finds_it_in_the_shared_cache(logto):
    metadata()
    forget_providers()
    metadata()
    assert logto.count(DISCOVERY) == 1


@pytest.mark.catalogue(70)
def test_it_is_shared_through_redis_too(logto, settings, redis):
    settings.LOGTO = {**settings.LOGTO, "CACHE": redis}
    metadata()
    forget_providers()
    metadata()
    assert logto.count(DISCOVERY) == 1


def test_a_stale_copy_is_renewed(logto, monkeypatch):
    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    metadata()
    assert logto.count(DISCOVERY) == 2


@pytest.mark.catalogue(68)
def test_while_logto_is_down_the_stale_copy_serves_and_the_fetch_cools_down(
    logto, monkeypatch
):
    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    down(logto)
    for _ in range(5):
        assert metadata().issuer == logto.issuer
    assert logto.count(DISCOVERY) == 2


@pytest.mark.catalogue(68)
def test_a_copy_older_than_a_day_is_not_served(logto, monkeypatch):
    metadata()
    later(monkeypatch, copies.STALE_SECONDS + 1)
    down(logto)
    with pytest.raises(ProviderResponseInvalid):
        metadata()


@pytest.mark.catalogue(68)
def test_a_renewal_that_hangs_leaves_time_for_the_calls_after_it(logto, monkeypatch):
    from logto_auth.testing import Fault

    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    logto.faults.put(DISCOVERY, Fault(hang=True))
    with deadline(1):
        assert metadata().issuer == logto.issuer
        assert remaining() > 0.5


@pytest.mark.catalogue(68, 70)
def test_while_one_renews_the_others_get_the_stale_copy_at_once(logto, monkeypatch):
    from logto_auth.testing import Fault

    metadata()
    later(monkeypatch, document.FRESH_SECONDS + 1)
    logto.faults.put(DISCOVERY, Fault(hang=True))
    renewing = threading.Thread(target=metadata)
    renewing.start()
    while not logto.count(DISCOVERY):
        time.sleep(0.01)
    metadata()
    assert renewing.is_alive()
    logto.faults.clear()
    renewing.join()
    assert logto.count(DISCOVERY) == 2


@pytest.mark.catalogue(69)
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


@pytest.mark.catalogue(68, 70)
def test_while_logto_is_down_those_who_waited_share_the_failure(logto):
    from logto_auth.testing import Fault

    logto.faults.put(DISCOVERY, Fault(status=500, delay=0.5))

    def ask():
        with pytest.raises(ProviderResponseInvalid) as caught:
            metadata()
        return caught.value.reason

    assert at_once(ask, [()] * 20) == ["status_500"] * 20
    assert logto.count(DISCOVERY) == 1


def test_waiting_for_another_ends_at_the_deadline(logto):
    current_provider()._metadata._fetching.acquire()
    started = time.monotonic()
    with pytest.raises(ProviderTimeout), deadline(0.2):
        metadata()
    assert time.monotonic() - started < 4
    current_provider().renew_locks()


def test_an_answer_that_is_not_200_is_not_believed(logto):
    from logto_auth.testing import Fault

    document = json.dumps(dict(metadata().document))
    forget_providers()
    cache.clear()
    logto.faults.put(DISCOVERY, Fault(status=404, body=document))
    with pytest.raises(ProviderResponseInvalid, match="status_404"):
        metadata()


@pytest.mark.catalogue(67)
def test_keys_that_another_process_fetched_are_found_without_asking_logto(journey, db):
    journey.sign_in()
    mine = current_provider()
    journey.logto.rotate_keys(keep_previous=False)
    forget_providers()
    cache.clear()
    journey.sign_in(prompt="login")  # the other process
    provider._providers[journey.logto.endpoint] = mine
    journey.logto.forget_calls()
    assert journey.sign_in(prompt="login").status_code == 302
    assert "/oidc/jwks" not in [call.path for call in journey.logto.calls]


@pytest.mark.catalogue(70)
def test_a_child_that_is_forked_during_a_fetch_can_fetch(logto):
    script = """
import os, sys
import django
from django.conf import settings
django.setup()
settings.LOGTO = {"ENDPOINT": sys.argv[1], "APP_ID": "a", "APP_SECRET": "s"}
from logto_auth.engine.deadline import deadline
from logto_auth.engine.mode import BLOCKING, run_blocking
from logto_auth.engine.provider import current_provider

provider = current_provider()
provider._metadata._fetching.acquire()
pid = os.fork()
if pid == 0:
    code = 1
    try:
        with deadline(2):
            run_blocking(provider.metadata(BLOCKING))
        code = 0
    finally:
        os._exit(code)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    result = subprocess.run(
        [sys.executable, "-c", script, logto.endpoint],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
