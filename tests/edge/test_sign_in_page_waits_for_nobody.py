"""The sign-in page while Logto's offer is not known, old, or not to be had."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time

import pytest
from django.core.cache import cache

from logto_auth.engine import background, document
from logto_auth.engine.provider import current_provider, forget_providers
from logto_auth.testing import Fault
from tests.edge.sign_in_page import (
    EXPERIENCE,
    PAGE,
    buttons,
    connector,
    learn,
    names,
    offer,
)
from tests.journey import at_once
from tests.waiting import until

# A page takes a few milliseconds; a busy machine more, but never as long as a timeout.
AT_ONCE = 2.0


def settle():
    current_provider().experience.settle()


def another_process():
    """Be one that has just started beside the others."""
    forget_providers()


def later(monkeypatch, seconds):
    now = time.time
    monkeypatch.setattr(document.time, "time", lambda: now() + seconds)


@pytest.fixture
def hasty(monkeypatch):
    """Do not wait between two renewals, as if time had passed."""
    monkeypatch.setattr(background, "COOLDOWN_SECONDS", 0)


@pytest.fixture
def hangs(logto, settings):
    """A Logto that answers nothing, until the end of the test."""
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 20}
    logto.faults.put(EXPERIENCE, Fault(hang=True))
    yield logto
    logto.faults.clear()


def test_the_first_page_of_a_process_shows_what_the_site_itself_knows(
    logto, client, settings
):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "NAVER"}}
    page = client.get(PAGE)
    assert names(page) == ["Continue with NAVER"]
    assert "/static/logto_auth/providers/naver.svg" in page.content.decode()


def test_or_else_the_way_to_logto_and_the_next_page_has_everything(logto, client):
    page = client.get(PAGE)
    assert names(page) == []
    assert 'class="button" href="/logto/sign-in/">Sign in</a>' in page.content.decode()
    settle()
    assert len(names(client.get(PAGE))) == 4


@pytest.mark.catalogue(68)
def test_a_logto_that_hangs_delays_nobody(hangs, client):
    started = time.monotonic()
    assert client.get(PAGE).status_code == 200
    while not hangs.count(EXPERIENCE):
        time.sleep(0.01)
    assert client.get(PAGE).status_code == 200
    assert time.monotonic() - started < AT_ONCE


@pytest.mark.catalogue(68)
async def test_nor_does_it_on_an_event_loop(hangs, async_client):
    started = time.monotonic()
    assert (await async_client.get(PAGE)).status_code == 200
    await until(lambda: hangs.count(EXPERIENCE))
    assert (await async_client.get(PAGE)).status_code == 200
    assert time.monotonic() - started < AT_ONCE
    await asyncio.to_thread(hangs.faults.clear)


@pytest.mark.catalogue(68, 70)
def test_while_logto_hangs_it_is_asked_once(hangs, client_class, hasty):
    statuses = at_once(lambda: client_class().get(PAGE).status_code, [()] * 20)
    assert statuses == [200] * 20
    while not hangs.count(EXPERIENCE):
        time.sleep(0.01)
    assert hangs.count(EXPERIENCE) == 1


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


@pytest.mark.catalogue(68)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=404, body="{}"),
        Fault(status=503, headers={"Retry-After": "3600"}),
        Fault(reset=True),
        Fault(body="<html>"),
        Fault(body="[]"),
        Fault(body='{"socialConnectors": {}}'),
        Fault(body='{"socialConnectors": [], "ssoConnectors": 1}'),
        Fault(status=302, headers={"Location": "http://localhost:1/"}),
    ],
    ids=str,
)
def test_a_logto_that_fails_breaks_no_page_and_is_left_alone(logto, client, fault):
    logto.faults.put(EXPERIENCE, fault)
    for _ in range(3):
        page = client.get(PAGE)
        assert (page.status_code, names(page)) == (200, [])
        settle()
    assert logto.count(EXPERIENCE) == 1


def test_that_it_failed_is_in_the_log(logto, client, caplog):
    logto.faults.put(EXPERIENCE, Fault(body="[]"))
    client.get(PAGE)
    settle()
    (record,) = [r for r in caplog.records if r.name == "logto_auth"]
    assert (record.event, record.logto["reason"]) == (
        "background_failed",
        "experience_shape",
    )


def test_when_logto_is_back_so_are_its_buttons(logto, client, hasty):
    logto.faults.put(EXPERIENCE, Fault(status=500))
    learn()
    assert names(client.get(PAGE)) == []
    settle()
    logto.faults.clear()
    learn()
    assert len(names(client.get(PAGE))) == 4


@pytest.mark.catalogue(68)
@pytest.mark.parametrize("hours", [2, 24 * 30])
def test_an_old_offer_is_shown_while_it_is_renewed(
    logto, client, monkeypatch, hasty, hours
):
    learn()
    later(monkeypatch, hours * 3600)
    logto.sign_in_experience.targets = ["naver"]
    assert len(names(client.get(PAGE))) == 4
    settle()
    assert names(client.get(PAGE)) == ["Continue with Naver"]


@pytest.mark.catalogue(68)
def test_and_shown_on_while_logto_is_down(logto, client, monkeypatch, hasty):
    learn()
    later(monkeypatch, 2 * 3600)
    offer(logto, connector("naver"))
    logto.faults.put(EXPERIENCE, Fault(status=500))
    for _ in range(3):
        assert len(names(client.get(PAGE))) == 4
        settle()


def test_a_document_that_is_garbage_does_not_replace_a_good_one(
    logto, client, monkeypatch, hasty
):
    learn()
    later(monkeypatch, 2 * 3600)
    logto.faults.put(EXPERIENCE, Fault(body='{"socialConnectors": "all of them"}'))
    client.get(PAGE)
    settle()
    assert len(names(client.get(PAGE))) == 4


def test_another_process_finds_it_in_the_shared_cache(logto, client):
    learn()
    another_process()
    assert len(names(client.get(PAGE))) == 4
    assert logto.count(EXPERIENCE) == 1


def test_it_is_shared_through_redis_too(logto, client, settings, redis):
    settings.LOGTO = {**settings.LOGTO, "CACHE": redis}
    learn()
    another_process()
    assert len(names(client.get(PAGE))) == 4
    assert logto.count(EXPERIENCE) == 1


@pytest.mark.parametrize("garbage", ["x", "{}", '{"document": 1, "fetched_at": 1}', 7])
def test_garbage_in_the_shared_cache_is_nothing(logto, client, garbage):
    learn()
    (key,) = [key for key in _keys() if "experience" in key]
    cache.set(key, garbage)
    another_process()
    assert names(client.get(PAGE)) == []


def _keys():
    return [name.split(":", 2)[2] for name in cache._cache]


def test_a_cache_that_is_down_stops_nothing(logto, client, settings):
    down = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:9/0",
    }
    settings.CACHES = {**settings.CACHES, "down": down}
    settings.LOGTO = {**settings.LOGTO, "CACHE": "down"}
    assert client.get(PAGE).status_code == 200
    settle()
    assert len(names(client.get(PAGE))) == 4


def test_a_site_without_a_logto_has_the_page_all_the_same(client, settings):
    settings.LOGTO = {}
    page = client.get(PAGE)
    assert (page.status_code, buttons(page)) == (200, [])


def test_a_machine_without_threads_left_shows_the_page(logto, client, monkeypatch):
    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert client.get(PAGE).status_code == 200
    monkeypatch.undo()
    monkeypatch.setattr(background, "COOLDOWN_SECONDS", 0)
    current_provider().experience.renew_locks()
    learn()
    assert len(names(client.get(PAGE))) == 4


@pytest.mark.once
def test_a_child_that_is_forked_while_its_parent_asks_can_ask(hangs):
    script = """
import os, sys, time
import django
from django.conf import settings
django.setup()
settings.LOGTO = {
    "ENDPOINT": sys.argv[1], "APP_ID": "a", "APP_SECRET": "s", "TIMEOUT": 1
}
from logto_auth.engine.provider import current_provider
from logto_auth.shortcuts import warm_up

warm_up()
time.sleep(0.2)
pid = os.fork()
if pid == 0:
    code = 1
    try:
        warm_up()
        current_provider().experience.settle()
        code = 0
    finally:
        os._exit(code)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    result = subprocess.run(
        [sys.executable, "-c", script, hangs.endpoint],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert hangs.count(EXPERIENCE) == 2


def test_the_offer_of_one_logto_is_not_that_of_another(logto, client, settings):
    learn()
    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": "http://localhost:1"}
    assert names(client.get(PAGE)) == []
    settle()


def test_a_document_as_large_as_any_is_not_read_to_the_end(logto, client):
    logto.faults.put(EXPERIENCE, Fault(body=json.dumps({"customCss": "x" * 2**21})))
    client.get(PAGE)
    settle()
    assert client.get(PAGE).status_code == 200
