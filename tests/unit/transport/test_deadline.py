"""One deadline cuts whatever is slow: names, addresses, headers, bodies."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest

from logto_auth.engine import transport
from logto_auth.engine.deadline import deadline, remaining
from logto_auth.engine.transport import Request, send
from logto_auth.errors import ProviderError, ProviderTimeout

from .local_server import (
    CUT_SECONDS,
    DeadAddresses,
    Server,
    SlowReader,
    answer,
    blocking,
    drip,
    timed_failure,
)


class TestDeadline:
    @pytest.mark.parametrize(("outer", "inner"), [(0.5, 5), (5, 0.5)])
    def test_of_two_the_earlier_one_holds(self, outer, inner):
        with deadline(outer), deadline(inner):
            assert 0 < remaining() <= 0.5

    @pytest.mark.catalogue(35)
    @pytest.mark.parametrize(
        ("reply", "title"),
        [
            (drip(b"", b""), "nothing"),
            (drip(b"", b"H"), "a status line without end"),
            (drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "header after header"),
            (drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), "hint after hint"),
            (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"), "a body"),
            (
                drip(
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    b"1\r\nx\r\n",
                ),
                "chunk after chunk",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_an_answer_that_drips_is_cut(self, exchange, reply, title):
        with Server(reply) as server:
            error, seconds = timed_failure(exchange, Request("GET", server.url), 0.1)
        assert type(error) is ProviderTimeout
        assert 0.08 < seconds < CUT_SECONDS

    def test_a_server_that_reads_slowly_is_cut(self, exchange):
        with SlowReader() as server:
            request = Request("POST", server.url, form={"large": "x" * 16_000_000})
            error, seconds = timed_failure(exchange, request, 0.3)
        assert type(error) is ProviderTimeout
        assert seconds < CUT_SECONDS

    @pytest.mark.catalogue(35)
    def test_several_dead_addresses_are_cut_together(self, exchange, monkeypatch):
        # One after the other, they would have more than five seconds.
        addresses = [f"127.0.0.{number}" for number in range(1, 21)]
        with DeadAddresses(*addresses) as dead:
            monkeypatch.setattr(socket, "getaddrinfo", dead.getaddrinfo)
            request = Request("GET", f"http://logto.test:{dead.port}/")
            error, seconds = timed_failure(exchange, request, 0.3)
        assert type(error) is ProviderTimeout
        assert 0.25 < seconds < CUT_SECONDS

    def test_a_dead_address_leaves_time_for_a_living_one(self, exchange, monkeypatch):
        with (
            Server() as server,
            DeadAddresses("127.0.0.2", "127.0.0.3", port=server.port) as dead,
        ):
            dead.addresses.append("127.0.0.1")
            monkeypatch.setattr(socket, "getaddrinfo", dead.getaddrinfo)
            request = Request("GET", f"http://logto.test:{server.port}/")
            with deadline(CUT_SECONDS):
                (response,) = exchange(request)
        assert response.status == 200

    @pytest.mark.catalogue(35)
    def test_several_calls_share_one_deadline(self, exchange):
        def reply(received, connection):
            time.sleep(0.1)
            return answer()

        with Server(reply) as server, deadline(1):
            started = time.monotonic()
            with pytest.raises(ProviderTimeout):
                exchange(*[Request("GET", server.url)] * 100)
            seconds = time.monotonic() - started
        assert 1 < len(server.requests) < 100
        assert seconds < CUT_SECONDS

    def test_nothing_is_sent_after_the_deadline(self, exchange):
        with Server() as server, deadline(0.01):
            time.sleep(0.02)
            with pytest.raises(ProviderTimeout):
                exchange(Request("GET", server.url))
        assert server.connections == []

    def test_without_a_deadline_each_request_has_five_seconds(
        self, exchange, monkeypatch
    ):
        assert transport.DEFAULT_SECONDS == 5
        monkeypatch.setattr(transport, "DEFAULT_SECONDS", 0.15)
        with Server(drip(b"", b"H")) as server:
            started = time.monotonic()
            with pytest.raises(ProviderTimeout):
                exchange(Request("GET", server.url))
        assert 0.1 < time.monotonic() - started < CUT_SECONDS

    def test_waiting_for_one_of_too_many_connections_counts(self):
        def hold():
            with deadline(15), suppress(ProviderError):
                send(Request("GET", server.url))

        with Server(drip(b"", b"")) as server:
            holders = [threading.Thread(target=hold) for _ in range(100)]
            for thread in holders:
                thread.start()
            while len(server.connections) < 100:
                time.sleep(0.01)
            request = Request("GET", server.url)
            error, seconds = timed_failure(blocking, request, 0.05)
            connections = len(server.connections)
        for thread in holders:
            thread.join()
        assert type(error) is ProviderTimeout
        assert seconds < CUT_SECONDS
        assert connections == 100
