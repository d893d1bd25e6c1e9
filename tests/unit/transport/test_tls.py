"""TLS to Logto, and the proxies and certificates that the environment names."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress

import pytest

from logto_auth.engine import sockets
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request
from logto_auth.errors import ProviderTimeout, ProviderUnreachable

from .certificates import certificate
from .local_server import (
    CUT_SECONDS,
    Server,
    TLSServer,
    answer,
    blocking,
    drip,
    timed_failure,
)

pytestmark = pytest.mark.usefixtures("tls_environment")


class TestTLS:
    def test_requests_and_answers_of_any_size_pass_on_one_connection(
        self, exchange, trusted
    ):
        sizes = [0, 1, 16_384, 16_385, 900_000]
        with TLSServer(
            trusted, lambda received, connection: answer(received[-900_000:])
        ) as server:
            for size in sizes:
                form = {"x": "y" * size}
                (response,) = exchange(Request("POST", server.url, form=form))
                assert response.body.endswith(f"x={'y' * size}".encode()[-900_000:])
            pair = exchange(*[Request("GET", server.url)] * 2)
        assert [response.status for response in pair] == [200, 200]
        if exchange is blocking:
            assert len(server.connections) == 1

    @pytest.mark.parametrize("close_notify", [True, False])
    def test_a_body_that_ends_with_the_connection_is_complete(
        self, exchange, trusted, close_notify
    ):
        def reply(received, connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}")
            if close_notify:
                connection.setblocking(False)
                with suppress(OSError):
                    connection.unwrap()

        with TLSServer(trusted, reply) as server:
            (response,) = exchange(Request("GET", server.url))
        assert response.json() == {}

    @pytest.mark.catalogue(35)
    def test_half_a_body_is_refused(self, exchange, trusted):
        with (
            TLSServer(
                trusted,
                lambda received, connection: connection.sendall(answer(b"12345")[:-1]),
            ) as server,
            pytest.raises(ProviderUnreachable),
        ):
            exchange(Request("GET", server.url))

    @pytest.mark.catalogue(35)
    def test_a_certificate_that_nobody_signed_is_refused(self, exchange, tmp_path):
        with (
            TLSServer(certificate(tmp_path / "other.pem")) as server,
            pytest.raises(ProviderUnreachable) as caught,
        ):
            exchange(Request("GET", server.url))
        assert caught.value.reason == "tls"
        assert "certificate verify failed" in str(caught.value)
        assert server.requests == []

    @pytest.mark.catalogue(35)
    def test_a_certificate_of_another_host_is_refused(
        self, exchange, tmp_path, monkeypatch
    ):
        other = certificate(tmp_path / "other.pem", host="127.0.0.9")
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        sockets.ssl_context.cache_clear()
        with TLSServer(other) as server, pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", server.url))
        assert caught.value.reason == "tls_host"
        assert server.requests == []

    def test_a_server_without_tls_is_refused(self, exchange):
        with Server(lambda received, connection: answer()) as server:
            url = server.url.replace("http:", "https:")
            error, _ = timed_failure(exchange, Request("GET", url), 0.2)
        assert server.requests == []
        assert isinstance(error, ProviderUnreachable | ProviderTimeout)

    def test_a_certificate_file_that_is_missing_is_one_of_our_errors(
        self, exchange, monkeypatch
    ):
        monkeypatch.setenv("SSL_CERT_FILE", "/does/not/exist.pem")
        sockets.ssl_context.cache_clear()
        with pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", "https://127.0.0.1:1/"))
        assert "No such file" in str(caught.value)

    def test_a_connection_in_use_again_costs_no_second_handshake(
        self, exchange, trusted
    ):
        with TLSServer(trusted) as server:
            exchange(*[Request("GET", server.url)] * 3)
        assert len(server.connections) == 1

    def test_a_server_that_answers_in_plain_http_is_known_as_that(self, exchange):
        def reply(received, connection):
            connection.sendall(answer())

        with RawServer(reply) as server, pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", server.url.replace("http:", "https:")))
        assert caught.value.reason == "tls_absent"

    def test_a_server_that_wants_newer_tls_is_known_as_that(self, exchange, trusted):
        with TLSServer(trusted) as server:
            server.context.minimum_version = ssl.TLSVersion.TLSv1_3
            sockets.ssl_context().maximum_version = ssl.TLSVersion.TLSv1_2
            with pytest.raises(ProviderUnreachable) as caught:
                exchange(Request("GET", server.url))
        sockets.ssl_context.cache_clear()
        assert caught.value.reason == "tls_handshake"


class RawServer(Server):
    """Answers the first bytes, be they what they may."""

    def _receive(self, stream):
        return stream.read(1)


class TestTLSDeadline:
    @pytest.mark.catalogue(35)
    @pytest.mark.parametrize(
        "first", [b"", b"\x16\x03\x03\x40\x00"], ids=["silence", "a record"]
    )
    def test_a_handshake_that_hangs_or_drips_is_cut(self, exchange, first):
        piece = b"\0" if first else b""
        with RawServer(drip(first, piece)) as server:
            url = server.url.replace("http:", "https:")
            error, seconds = timed_failure(exchange, Request("GET", url), 0.1)
        assert type(error) is ProviderTimeout
        assert 0.08 < seconds < CUT_SECONDS

    def test_a_body_that_drips_is_cut(self, exchange, trusted):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
        with TLSServer(trusted, drip(head)) as server:
            error, seconds = timed_failure(exchange, Request("GET", server.url), 0.2)
        assert type(error) is ProviderTimeout
        assert 0.15 < seconds < CUT_SECONDS


def relay(received, connection):
    """What a proxy does with CONNECT: pass bytes both ways."""
    host, port = received.split()[1].split(b":")
    with socket.create_connection((host.decode(), int(port))) as onward:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=pump, args=[onward, connection], daemon=True)
        back.start()
        pump(connection, onward)
        back.join()


def pump(source, target):
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class TestProxies:
    def test_the_proxy_of_the_environment_is_used(self, exchange, monkeypatch):
        with Server(lambda received, connection: answer(b'"proxy"')) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            (response,) = exchange(Request("GET", "http://logto.test/oidc"))
        assert response.json() == "proxy"
        assert proxy.requests[0].startswith(b"GET http://logto.test/oidc HTTP/1.1")

    def test_no_proxy_exempts_a_host(self, exchange, monkeypatch):
        with Server() as proxy, Server() as server:
            monkeypatch.setenv("http_proxy", proxy.url)
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            exchange(Request("GET", server.url))
        assert proxy.connections == []
        assert len(server.requests) == 1

    def test_a_proxy_that_drips_is_cut(self, exchange, monkeypatch):
        with Server(drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            request = Request("GET", "http://logto.test/")
            error, seconds = timed_failure(exchange, request, 0.1)
        assert type(error) is ProviderTimeout
        assert seconds < CUT_SECONDS

    def test_https_passes_through_a_tunnel(self, exchange, monkeypatch, trusted):
        with Server(relay) as proxy, TLSServer(trusted) as server:
            monkeypatch.setenv("https_proxy", proxy.url)
            exchange(*[Request("GET", server.url)] * 2)
        assert proxy.requests[0].startswith(b"CONNECT 127.0.0.1:")
        assert len(proxy.requests) == 1
        assert len(server.requests) == 2

    def test_https_passes_through_a_proxy_that_speaks_tls_itself(
        self, exchange, monkeypatch, trusted
    ):
        with TLSServer(trusted, relay) as proxy, TLSServer(trusted) as server:
            monkeypatch.setenv("https_proxy", proxy.url)
            (response,) = exchange(Request("GET", server.url))
        assert response.status == 200
        assert proxy.requests[0].startswith(b"CONNECT 127.0.0.1:")

    def test_a_handshake_that_drips_through_a_tunnel_is_cut(
        self, exchange, monkeypatch
    ):
        with (
            Server(relay) as proxy,
            RawServer(drip(b"\x16\x03\x03\x40\x00", b"\0")) as server,
        ):
            monkeypatch.setenv("https_proxy", proxy.url)
            url = server.url.replace("http:", "https:")
            error, seconds = timed_failure(exchange, Request("GET", url), 0.2)
        assert type(error) is ProviderTimeout
        assert seconds < CUT_SECONDS

    def test_a_proxy_that_refuses_says_so(self, exchange, monkeypatch):
        with Server(
            lambda received, connection: answer(status="407 Authenticate")
        ) as proxy:
            monkeypatch.setenv("https_proxy", proxy.url)
            with pytest.raises(ProviderUnreachable) as caught, deadline(1):
                exchange(Request("GET", "https://logto.test/"))
        assert caught.value.reason == "proxy"

    @pytest.mark.parametrize("address", ["foo://127.0.0.1", "http://[", "socks5://x:1"])
    def test_a_proxy_that_cannot_be_used_is_one_of_our_errors(
        self, exchange, monkeypatch, address
    ):
        monkeypatch.setenv("http_proxy", address)
        with pytest.raises(ProviderUnreachable), deadline(1):
            exchange(Request("GET", "http://logto.test/"))
