"""How ``RATE_LIMITS`` counts: one client's requests, in a cache that may fail."""

import time
from functools import partial

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import PermissionDenied
from django.test import Client

from logto_auth.checks import catalogue
from tests.edge.found import found
from tests.edge.test_rate_limits import DAY, START, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(14)]


class TouchedCache(LocMemCache):
    """Notes whatever is done with it."""

    touched: list = []

    def __getattribute__(self, name):
        if name in ("get", "set", "add", "incr", "touch", "delete"):
            TouchedCache.touched.append(name)
        return super().__getattribute__(name)


class TestAddresses:
    @pytest.mark.parametrize(
        ("first", "second", "is_same"),
        [
            ("192.0.2.1", "192.0.2.1", True),
            ("192.0.2.1", "192.0.2.2", False),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", True),
            ("2001:db8:1:2::1", "2001:DB8:1:2::3", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("::ffff:192.0.2.1", "192.0.2.1", True),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
            ("64:ff9b::192.0.2.1", "192.0.2.1", True),
            ("64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", False),
            ("2002:c000:201:1::1", "2002:c000:201:2::1", True),
            ("fe80::1%eth0", "fe80::2%eth0", True),
            ("x", "x", True),
            ("x" * 5000 + "\r\n", "y", False),
            ("", "", False),
        ],
    )
    def test_an_address_is_one_client_and_so_is_a_network_of_ipv6(
        self, limit, logto, client, first, second, is_same
    ):
        limit(sign_in="1/d")
        assert statuses(client, 1, REMOTE_ADDR=first) == [302]
        told = statuses(client, 1, REMOTE_ADDR=second)
        assert told == [429 if is_same else 302]

    def test_forwarded_headers_are_not_believed(self, limit, logto, client):
        limit(sign_in="1/d")
        told = [
            client.get(START, headers={name: f"192.0.2.{number}"}).status_code
            for number, name in enumerate(
                ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"]
            )
        ]
        assert told == [302, 429, 429, 429]

    @pytest.mark.parametrize("is_path", [True, False])
    def test_the_site_can_name_what_knows_the_address(
        self, limit, logto, client, is_path
    ):
        function = f"{__name__}.forwarded_address" if is_path else forwarded_address
        limit(sign_in="1/d", client_address=function)
        for address in ("192.0.2.1", "192.0.2.2"):
            headers = {"X-Forwarded-For": f"10.0.0.1, {address}"}
            assert statuses(client, 2, headers=headers) == [302, 429]
        assert statuses(client, 3) == [302] * 3  # none is known

    @pytest.mark.parametrize(
        ("returned", "cause"),
        [
            (KeyError("app-secret"), "KeyError"),
            (ValueError("app-secret"), "ValueError"),
            (PermissionDenied("app-secret"), "PermissionDenied"),
            (None, "returned_NoneType"),
            (b"app-secret", "returned_bytes"),
            (["app-secret"], "returned_list"),
        ],
    )
    def test_a_function_that_fails_is_logged_and_the_connections_address_counts(
        self, limit, logto, client, caplog, returned, cause
    ):
        def address(request):
            if isinstance(returned, Exception):
                raise returned
            return returned

        limit(sign_in="1/d", client_address=address)
        assert statuses(client, 2, REMOTE_ADDR="192.0.2.1") == [302, 429]
        assert statuses(client, 1, REMOTE_ADDR="192.0.2.2") == [302]
        told = [
            record.logto
            for record in caplog.records
            if getattr(record, "event", "") == "client_address_failed"
        ]
        assert told == [{"cause": cause}] * 3
        assert "app-secret" not in caplog.text

    async def test_a_function_that_fails_on_an_event_loop_too(
        self, limit, logto, async_client
    ):
        limit(sign_in="1/d", client_address=address_of_a_header)
        responses = [await async_client.get(START) for _ in range(2)]
        assert [response.status_code for response in responses] == [302, 429]

    def test_what_is_no_unicode_is_an_address_like_any_other(
        self, limit, logto, client
    ):
        limit(sign_in="1/d", client_address=lambda request: "192.0.2.\udc80")
        assert statuses(client, 2) == [302, 429]


def forwarded_address(request):
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2]


def address_of_a_header(request):
    return request.META["HTTP_X_REAL_IP"]


def address_of_a_header_of(request, name):
    return request.headers[name]


def no_address():
    return ""


class TestCaches:
    def test_without_limits_no_cache_is_touched(self, limit, journey):
        journey.sign_in()  # discovery and keys are known then
        limit(cache={"BACKEND": f"{__name__}.TouchedCache"})
        TouchedCache.touched.clear()
        assert journey.sign_in(prompt="login").status_code == 302
        assert TouchedCache.touched == []
        limit(cache={"BACKEND": f"{__name__}.TouchedCache"}, sign_in="1/d")
        assert statuses(journey.client, 2) == [302, 429]
        assert TouchedCache.touched

    def test_a_cache_that_fails_lets_everybody_through(
        self, limit, journey, caplog, settings
    ):
        journey.sign_in()
        redis = "django.core.cache.backends.redis.RedisCache"
        limit(
            cache={"BACKEND": redis, "LOCATION": "redis://127.0.0.1:9/0"},
            sign_in="1/d",
            callback="1/d",
        )
        for _ in range(2):
            assert journey.sign_in(prompt="login").status_code == 302
        events = [getattr(record, "event", "") for record in caplog.records]
        assert events.count("cache_failed") == 4

    def test_processes_share_the_limit_through_redis(
        self, settings, clock, logto, redis
    ):
        settings.LOGTO = {
            **settings.LOGTO,
            "CACHE": redis,
            "RATE_LIMITS": {"sign_in": "3/d"},
        }
        told = [status for _ in range(4) for status in statuses(Client(), 1)]
        assert told == [302, 302, 302, 429]

    def test_a_cache_that_forgets_the_timeout_when_it_counts_is_told_again(
        self, limit, logto, client, tmp_path, clock
    ):
        backend = f"{FileBasedCache.__module__}.{FileBasedCache.__qualname__}"
        limit(
            cache={"BACKEND": backend, "LOCATION": tmp_path, "TIMEOUT": 60},
            sign_in="2/d",
        )
        clock.move_to(time.time() // DAY * DAY + DAY + 3600)
        assert statuses(client, 2) == [302, 302]
        clock.shift(7200)
        assert statuses(client, 1) == [429]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE_LIMITS", "60/m"),
        ("RATE_LIMITS", {"sign_out": "60/m"}),
        ("RATE_LIMITS", {"sign_in": 60}),
        ("RATE_LIMITS", {"sign_in": "0/m"}),
        ("RATE_LIMITS", {"sign_in": "-1/m"}),
        ("RATE_LIMITS", {"sign_in": "60"}),
        ("RATE_LIMITS", {"sign_in": "60/w"}),
        ("RATE_LIMITS", {"sign_in": "60/m/m"}),
        ("RATE_LIMITS", {"sign_in": "٦/m"}),
        ("RATE_LIMITS", {"sign_in": "9" * 5000 + "/m"}),
        ("RATE_LIMITS", {"callback": None}),
        ("CLIENT_ADDRESS", "nowhere.at_all"),
        ("CLIENT_ADDRESS", "tests.settings.DATABASES"),
        ("CLIENT_ADDRESS", 7),
        ("CLIENT_ADDRESS", address_of_a_header_of),
        ("CLIENT_ADDRESS", no_address),
        ("CLIENT_ADDRESS", f"{__name__}.no_address"),
    ],
)
def test_a_check_names_a_limit_that_is_none(name, value):
    (message,) = found(logto={name: value})
    assert message.id == catalogue.SETTING_WRONG.id
    assert f'LOGTO["{name}"]' in message.msg


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"sign_in": "60/m", "callback": "60/w"}, "'callback'"),
        ({"sign_in": "0/m", "callback": "60/m"}, "'sign_in'"),
        ({"sign_in": "60/m", "sign_out": "60/m"}, "'sign_out'"),
        ({"sign_in": "60/m", 7: "60/m"}, "key 7"),
    ],
)
def test_a_check_names_the_entry_that_is_wrong(value, named):
    (message,) = found(logto={"RATE_LIMITS": value})
    assert named in message.msg.partition(";")[0]


@pytest.mark.parametrize(
    "function",
    [
        address_of_a_header,
        f"{__name__}.address_of_a_header",
        lambda *requests: "",
        partial(address_of_a_header_of, name="X-Real-IP"),
        str,  # its signature cannot be told
    ],
)
def test_what_can_be_called_with_a_request_passes(function):
    assert found(logto={"CLIENT_ADDRESS": function}) == []


def test_limits_of_production_do_not_hinder_a_sites_tests(settings):
    from logto_auth.testing.wiring import offline_settings

    settings.LOGTO = {**settings.LOGTO, "RATE_LIMITS": {"sign_in": "1/d"}}
    assert "RATE_LIMITS" not in offline_settings()
