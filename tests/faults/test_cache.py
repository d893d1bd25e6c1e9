"""A cache that fails, or holds what nobody wrote there, is as good as an empty one."""

import asyncio
import contextlib
import json
import socket
import time
import uuid

import pytest
from django.core.cache import cache, caches

from logto_auth.engine import shared_cache
from logto_auth.engine.provider import current_provider, forget_providers

from .kinds import DISCOVERY, DOWN, KEYS

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(69)]

REDIS = "django.core.cache.backends.redis.RedisCache"
# Long enough for a busy machine: a fifth of it is waited for the cache.
HANG_TIMEOUT = 3
ERRORS = [
    "builtins.ConnectionError",
    "builtins.TimeoutError",
    "builtins.ValueError",
    "builtins.RecursionError",
    "django.core.cache.backends.base.InvalidCacheBackendError",
    "pickle.UnpicklingError",
]


@pytest.fixture
def use_cache(settings):
    """Make a cache of its own the one of ``LOGTO["CACHE"]``."""

    def use(backend, **fields):
        # A name of its own: one that hung is left alone for a while.
        alias = f"broken {uuid.uuid4()}"
        settings.CACHES = {**settings.CACHES, alias: {"BACKEND": backend, **fields}}
        settings.LOGTO = {**settings.LOGTO, "CACHE": alias}

    return use


@pytest.fixture
def fail(use_cache):
    """Use a cache that fails in these methods."""

    def fail(*methods, error="builtins.ConnectionError"):
        options = {"FAILS": methods, "ERROR": error}
        use_cache("tests.faults.failing_cache.FailingCache", OPTIONS=options)

    return fail


@pytest.fixture
def hang(use_cache, settings):
    """Call it to use a Redis that takes every call and answers none."""
    with contextlib.ExitStack() as stack:

        def hang():
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            location = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
            use_cache(REDIS, LOCATION=location)
            settings.LOGTO = {**settings.LOGTO, "TIMEOUT": HANG_TIMEOUT}

        yield hang


@contextlib.contextmanager
def within(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def causes(caplog):
    records = [r for r in caplog.records if getattr(r, "event", "") == "cache_failed"]
    return [record.logto["cause"] for record in records]


def works(journey):
    """Sign in, use the page and sign out."""
    assert journey.sign_in(prompt="login").status_code == 302
    assert journey.client.get("/protected/").status_code == 200
    page = journey.client.post("/logto/sign-out/").text
    assert f"{journey.logto.issuer}/session/end?" in page


@pytest.mark.parametrize("methods", [("get",), ("set",), ("get", "set", "delete")])
def test_a_cache_that_fails_costs_each_process_its_own_calls(
    journey, fail, methods, asked, caplog
):
    fail(*methods)
    for processes in (1, 2):
        forget_providers()
        works(journey)
        works(journey)
        assert asked(DISCOVERY) == asked(KEYS) == processes
    assert set(causes(caplog)) == {"ConnectionError"}
    assert "password" not in caplog.text


@pytest.mark.parametrize("error", ERRORS)
def test_however_it_fails(journey, fail, error):
    fail("get", "set", "delete", error=error)
    works(journey)


@pytest.mark.parametrize(
    ("backend", "location"),
    [
        (REDIS, "redis://127.0.0.1:9/0"),
        ("django.core.cache.backends.filebased.FileBasedCache", "/dev/null/cache"),
        ("django.core.cache.backends.nowhere.NoSuchCache", ""),
    ],
)
def test_a_cache_that_is_not_there_stops_nobody(
    journey, use_cache, in_time, backend, location
):
    use_cache(backend, LOCATION=location)
    with in_time():
        works(journey)


@pytest.mark.parametrize("knows", ["nothing", "what is stale"])
def test_a_cache_that_hangs_is_a_miss_and_is_left_alone(
    journey, hang, stale, asked, caplog, knows
):
    if knows == "what is stale":
        works(journey)
        stale()
    journey.logto.forget_calls()
    hang()
    with within(HANG_TIMEOUT):
        journey.start()
    assert asked(DISCOVERY) == 1
    assert causes(caplog) == ["TimeoutError"]
    works(journey)
    assert causes(caplog) == ["TimeoutError"]


def test_a_cache_that_hung_is_asked_again_later(
    journey, hang, cold, caplog, monkeypatch
):
    monkeypatch.setattr(shared_cache, "LEFT_ALONE_SECONDS", 0)
    hang()
    for count in (1, 2):
        forget_providers()
        with within(HANG_TIMEOUT):
            journey.start()
        assert causes(caplog)[:2] == ["TimeoutError"] * 2
        assert len(causes(caplog)) == 2 * count, "to find a copy, and to share one"


def test_a_cache_that_hangs_limits_nobody(journey, hang, settings):
    hang()
    settings.LOGTO = {**settings.LOGTO, "RATE_LIMITS": {"sign_in": "1/d"}}
    with within(HANG_TIMEOUT):
        journey.start()
    journey.start()


async def test_a_cache_that_hangs_holds_up_nobody_else_on_an_event_loop(
    journey_async, hang, asked
):
    hang()
    with within(HANG_TIMEOUT):
        await asyncio.gather(*(journey_async.start() for _ in range(5)))
    assert asked(DISCOVERY) == 1


def test_an_alias_that_is_not_in_caches_stops_nobody(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "CACHE": "no-such-alias"}
    works(journey)


async def test_on_an_event_loop_it_stops_nobody_either(journey_async, fail):
    fail("get", "set", "delete")
    assert (await journey_async.sign_in()).status_code == 302


def test_without_cache_and_without_logto_the_page_is_a_clean_one(
    journey, fail, strike, told
):
    fail("get", "set", "delete")
    strike(DISCOVERY, DOWN)
    told(journey.client.get("/logto/sign-in/"), DOWN, DISCOVERY)


def entry(document, fetched_at="now"):
    moment = time.time() if fetched_at == "now" else fetched_at
    return json.dumps({"fetched_at": moment, "document": document})


OTHERS = {"issuer": "https://evil.example/oidc", "keys": [{"kty": "oct", "k": "AAAA"}]}
GARBAGE = {
    "bytes": b"{}",
    "a number": 7,
    "nothing": None,
    "a list": ["fetched_at", "document"],
    "an object, not text": {"fetched_at": 1, "document": {}},
    "empty text": "",
    "a word": "discovery",
    "half of it": '{"fetched_at": 1, "document": {"iss',
    "JSON null": "null",
    "a JSON list": "[]",
    "a JSON number": "7",
    "JSON text": '"fetched_at"',
    "an empty object": "{}",
    "no time": '{"document": {}}',
    "no document": '{"fetched_at": 1}',
    "deep JSON": "[" * 100_000,
    "a deep document": '{"fetched_at": 1, "document": ' + "[" * 100_000,
    "NUL and surrogates": '"\0\udc80"',
    "50 MB": "x" * 50_000_000,
    "document null": entry(None),
    "document list": entry([]),
    "another issuer's": entry(OTHERS),
    "keys of the wrong type": entry({"keys": {"a": 1}}),
    "keys that are none": entry({"keys": [None, 7, "x", {}, []]}),
    "no keys": entry({"keys": []}),
}
MOMENTS = {
    "NaN": float("nan"),
    "endless": float("inf"),
    "before time": float("-inf"),
    "a huge integer": 10**400,
    "in the future": time.time() + 3600,
    "long ago": 0,
    "negative": -1,
    "text": "yesterday",
    "a list": [],
    "null": None,
    "true": True,
}


def put(text):
    """Put an entry where both documents are looked for, as another process."""
    provider = current_provider()
    cache.set(provider._metadata.cache_key, text)
    cache.set(provider._keys.cache_key, text)


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_a_miss_and_is_replaced(journey, asked, name):
    put(GARBAGE[name])
    works(journey)
    assert asked(DISCOVERY) == asked(KEYS) == 1
    forget_providers()
    works(journey)
    assert asked(DISCOVERY) == asked(KEYS) == 1


@pytest.mark.parametrize("name", MOMENTS)
def test_a_right_document_of_an_impossible_time_is_a_miss(journey, asked, name):
    works(journey)
    provider = current_provider()
    for document in (provider._metadata, provider._keys):
        stored = json.loads(cache.get(document.cache_key))["document"]
        cache.set(document.cache_key, entry(stored, MOMENTS[name]))
    forget_providers()
    works(journey)
    assert asked(DISCOVERY) == asked(KEYS) == 2


def test_bytes_that_nobody_can_unpickle_are_a_miss(journey, asked):
    put("")
    stored = caches["default"]._cache
    assert len(stored) >= 2
    for key in stored:
        stored[key] = b"\x80\x05garbage"
    works(journey)
    assert asked(DISCOVERY) == asked(KEYS) == 1
