"""One HTTP request to Logto: what is sent, what is accepted, what is raised."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager, suppress

import httpx2
import pytest

from logto_auth.engine import sockets, transport
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request, Response, asend, send
from logto_auth.errors import (
    ProviderError,
    ProviderResponseInvalid,
    ProviderTimeout,
    ProviderUnreachable,
)

SECRET = "do-not-show-me"


def answer(body=b"{}", status="200 OK", **headers):
    """An HTTP/1.1 answer; underscores in header names become hyphens."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Server:
    """A TCP server on the loopback; ``reply`` gets each request and its connection.

    What it returns is sent; None ends the connection.
    """

    def __init__(self, reply: Callable = lambda received, connection: answer()):
        self.reply = reply
        self.connections = []
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections.append(connection)
                threading.Thread(
                    target=self._serve, args=[connection], daemon=True
                ).start()

    def _serve(self, connection):
        with suppress(OSError), connection:
            connection = self.wrap(connection)
            with connection, connection.makefile("rb") as stream:
                while received := self._receive(stream):
                    self.requests.append(received)
                    reply = self.reply(received, connection)
                    if reply is None:
                        return
                    connection.sendall(reply)

    def wrap(self, connection):
        return connection

    def _receive(self, stream):
        head = b""
        length = 0
        for line in stream:
            head += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line == b"\r\n":
                return head + stream.read(length)
        return b""


def drip(first, piece=b"x"):
    """A reply that sends ``first`` and then ``piece`` for ever, slowly."""

    def reply(received, connection):
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            time.sleep(0.02)

    return reply


def blocking(*steps):
    """Send each request; a number among them is a pause in seconds."""
    responses = []
    for step in steps:
        if isinstance(step, Request):
            responses.append(send(step))
        else:
            time.sleep(step)
    return responses


def on_loop(*steps):
    """The same on one event loop."""

    async def run():
        responses = []
        for step in steps:
            if isinstance(step, Request):
                responses.append(await asend(step))
            else:
                await asyncio.sleep(step)
        return responses

    return asyncio.run(run())


@contextmanager
def own_client():
    """A client that was made inside the block and is gone after it."""
    close_client()
    yield
    close_client()


def close_client():
    if sockets._client is not None:
        sockets._client.close()
    sockets.drop_blocking_client()


@pytest.fixture(autouse=True)
def client_of_this_test():
    with own_client():
        yield


@pytest.fixture(params=[blocking, on_loop])
def exchange(request):
    return request.param


def timed_failure(exchange, request, seconds):
    """What ``exchange`` raises under a deadline, and how long it took."""
    started = time.monotonic()
    with pytest.raises(ProviderError) as caught, deadline(seconds):
        exchange(request)
    return caught.value, time.monotonic() - started


class TestWhatIsSent:
    def test_a_form_is_sent_url_encoded_with_its_length(self, exchange):
        with Server() as server:
            exchange(
                Request("POST", server.url, form={"code": "a b&c=d/é", "empty": ""})
            )
        head, body = server.requests[0].split(b"\r\n\r\n")
        assert head.startswith(b"POST / HTTP/1.1\r\n")
        assert body == b"code=a+b%26c%3Dd%2F%C3%A9&empty="
        assert b"content-type: application/x-www-form-urlencoded" in head.lower()
        assert f"content-length: {len(body)}".encode() in head.lower()

    def test_a_get_has_no_body_and_carries_the_given_headers(self, exchange):
        with Server() as server:
            exchange(Request("GET", server.url, headers={"Authorization": "Bearer t"}))
        head, body = server.requests[0].split(b"\r\n\r\n")
        assert head.startswith(b"GET / HTTP/1.1\r\n")
        assert b"\r\nAuthorization: Bearer t" in head
        assert b"content-length" not in head.lower()
        assert body == b""

    def test_the_user_agent_names_this_package_and_nothing_is_compressed(
        self, exchange
    ):
        with Server() as server:
            exchange(Request("GET", server.url))
        lines = server.requests[0].split(b"\r\n")
        agents = [line for line in lines if line.lower().startswith(b"user-agent:")]
        encodings = [
            line for line in lines if line.lower().startswith(b"accept-encoding:")
        ]
        assert len(agents) == 1
        assert agents[0].startswith(b"User-Agent: django-logto-auth/")
        assert agents[0] != b"User-Agent: django-logto-auth/"
        assert encodings == [b"Accept-Encoding: identity"]

    def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(self, exchange):
        with Server(
            lambda received, connection: answer(
                Set_Cookie="_session=visitor-1; Path=/; HttpOnly"
            )
        ) as server:
            exchange(*[Request("GET", server.url)] * 2)
        assert len(server.requests) == 2
        assert b"cookie" not in server.requests[1].lower()

    def test_a_request_is_never_sent_twice_when_the_connection_breaks_off(
        self, exchange
    ):
        with Server(lambda received, connection: None) as server:
            with pytest.raises(ProviderUnreachable):
                exchange(Request("POST", server.url, form={"code": "once"}))
            time.sleep(0.05)
        assert len(server.requests) == len(server.connections) == 1

    def test_a_request_is_never_sent_twice_on_a_connection_that_was_kept(
        self, exchange
    ):
        replies = iter([answer(), None, answer()])
        with Server(lambda received, connection: next(replies)) as server:
            with pytest.raises(ProviderUnreachable):
                exchange(*[Request("POST", server.url, form={"code": "once"})] * 2)
            time.sleep(0.05)
        assert len(server.requests) == 2
        assert len(server.connections) == 1

    def test_neither_request_nor_response_shows_secrets_in_its_repr(self):
        request = Request(
            "POST",
            "http://logto.example",
            headers={"Authorization": SECRET},
            form={"code": SECRET},
        )
        response = Response(200, {"location": SECRET}, SECRET.encode())
        assert "logto.example" in repr(request)
        assert SECRET not in repr(request) + repr(response)


class TestWhatIsAccepted:
    def test_status_lower_case_headers_and_body_come_back(self, exchange):
        with Server(
            lambda received, connection: answer(b"text", "404 Not Found", X_Some="Ä")
        ) as server:
            (response,) = exchange(Request("GET", server.url))
        assert (response.status, response.body) == (404, b"text")
        assert response.headers["x-some"] == "Ä"
        assert all(name == name.lower() for name in response.headers)

    def test_a_chunked_answer_is_put_together(self, exchange):
        chunks = b'4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n'
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        with Server(lambda received, connection: head + chunks) as server:
            (response,) = exchange(Request("GET", server.url))
        assert response.json() == {"a": 1}

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_is_an_answer_like_any_other(self, exchange, status):
        with Server() as elsewhere, Server() as server:
            server.reply = lambda received, connection: answer(
                status=f"{status} Moved", Location=elsewhere.url
            )
            (response,) = exchange(Request("POST", server.url, form={"code": "x"}))
        assert response.status == status
        assert response.headers["location"] == elsewhere.url
        assert elsewhere.connections == []

    @pytest.mark.parametrize("location", ["http://[", "//", "x" * 70_000, "ht!tp://é"])
    def test_a_redirect_to_nowhere_is_an_answer_too(self, exchange, location):
        with Server(
            lambda received, connection: answer(status="302 Found", Location=location)
        ) as server:
            (response,) = exchange(Request("GET", server.url))
        assert response.status == 302

    def test_a_body_of_exactly_the_limit_is_accepted(self, exchange):
        with Server(lambda received, connection: answer(b"x" * 1000)) as server:
            (response,) = exchange(Request("GET", server.url, max_bytes=1000))
        assert len(response.body) == 1000

    def test_a_body_over_the_limit_is_refused_and_its_connection_given_up(
        self, exchange
    ):
        with Server(lambda received, connection: answer(b"x" * 1001)) as server:
            with pytest.raises(ProviderResponseInvalid) as caught:
                exchange(Request("GET", server.url, max_bytes=1000))
            server.reply = lambda received, connection: answer()
            exchange(Request("GET", server.url))
        assert caught.value.reason == "too_large"
        assert len(server.connections) == 2

    def test_an_endless_body_is_refused_long_before_the_deadline(self, exchange):
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        with Server(drip(head, b"x" * 100_000)) as server:
            error, seconds = timed_failure(exchange, Request("GET", server.url), 5)
        assert error.reason == "too_large"
        assert seconds < 2

    @pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
    def test_an_encoded_body_is_refused_unread(self, exchange, encoding):
        with (
            Server(
                lambda received, connection: answer(
                    b"\x1f\x8b", Content_Encoding=encoding
                )
            ) as server,
            pytest.raises(ProviderResponseInvalid) as caught,
        ):
            exchange(Request("GET", server.url))
        assert caught.value.reason == "content_encoding"

    @pytest.mark.parametrize("encoding", ["identity", "Identity", ""])
    def test_identity_is_no_encoding(self, exchange, encoding):
        with Server(
            lambda received, connection: answer(b"[]", Content_Encoding=encoding)
        ) as server:
            (response,) = exchange(Request("GET", server.url))
        assert response.json() == []


class TestJSON:
    def decoded(self, body):
        return Response(200, {}, body).json()

    @pytest.mark.parametrize(
        ("body", "value"),
        [
            (b'{"sub": "user_1", "n": 1.5}', {"sub": "user_1", "n": 1.5}),
            ('"ไทย"'.encode(), "ไทย"),
            (b" [1, -2, null, true] ", [1, -2, None, True]),
            (b"[" * 60 + b"]" * 60, json.loads("[" * 60 + "]" * 60)),
        ],
    )
    def test_a_document_is_decoded(self, body, value):
        assert self.decoded(body) == value

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html></html>",
            b'{"truncated": ',
            b'{"a": 1} more',
            b'"\xff\xfe"',
            '{"utf-16": 1}'.encode("utf-16"),
            b"NaN",
            b'{"exp": Infinity}',
            b'{"exp": -Infinity}',
            b'{"exp": 1e999}',
            b"1" * 5000,
            b"[" * 65 + b"]" * 65,
            b'{"a":' * 65 + b"1" + b"}" * 65,
            b"[" * 500_000,
            b"[" * 500_000 + b"]" * 500_000,
        ],
        ids=lambda body: repr(body[:20]),
    )
    def test_anything_else_is_refused_without_holding_the_body(self, body):
        with pytest.raises(ProviderResponseInvalid) as caught:
            self.decoded(body)
        assert caught.value.reason == "not_json"
        assert caught.value.__cause__ is caught.value.__context__ is None


class TestDeadline:
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
        assert 0.08 < seconds < 0.4

    def test_a_server_that_reads_slowly_is_cut(self, exchange):
        with SlowReader() as server:
            request = Request("POST", server.url, form={"large": "x" * 16_000_000})
            error, seconds = timed_failure(exchange, request, 0.3)
        assert type(error) is ProviderTimeout
        assert seconds < 0.9  # making the form takes time too; sending all takes 1.5 s

    def test_several_dead_addresses_are_cut_together(self, exchange, monkeypatch):
        with DeadAddresses("127.0.0.1", "127.0.0.2", "127.0.0.3") as dead:
            monkeypatch.setattr(socket, "getaddrinfo", dead.getaddrinfo)
            request = Request("GET", f"http://logto.test:{dead.port}/")
            error, seconds = timed_failure(exchange, request, 0.3)
        assert type(error) is ProviderTimeout
        assert 0.25 < seconds < 0.6

    def test_a_dead_address_leaves_time_for_a_living_one(self, exchange, monkeypatch):
        with (
            Server() as server,
            DeadAddresses("127.0.0.2", "127.0.0.3", port=server.port) as dead,
        ):
            dead.addresses.append("127.0.0.1")
            monkeypatch.setattr(socket, "getaddrinfo", dead.getaddrinfo)
            request = Request("GET", f"http://logto.test:{server.port}/")
            with deadline(0.7):
                (response,) = exchange(request)
        assert response.status == 200

    def test_several_calls_share_one_deadline(self, exchange):
        def reply(received, connection):
            time.sleep(0.1)
            return answer()

        with Server(reply) as server, deadline(0.25):
            started = time.monotonic()
            with pytest.raises(ProviderTimeout):
                exchange(*[Request("GET", server.url)] * 4)
            seconds = time.monotonic() - started
        assert 1 < len(server.requests) < 4
        assert seconds < 0.55

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
        assert 0.1 < time.monotonic() - started < 0.45

    def test_waiting_for_one_of_too_many_connections_counts(self):
        def hold():
            with deadline(0.5), suppress(ProviderTimeout):
                send(Request("GET", server.url))

        with Server(drip(b"", b"")) as server:
            holders = [threading.Thread(target=hold) for _ in range(100)]
            for thread in holders:
                thread.start()
            while len(server.connections) < 100:
                time.sleep(0.01)
            request = Request("GET", server.url)
            error, seconds = timed_failure(blocking, request, 0.05)
            for thread in holders:
                thread.join()
        assert type(error) is ProviderTimeout
        assert seconds < 0.2
        assert len(server.connections) == 100


class SlowReader(Server):
    """Reads a little a hundred times a second and never answers."""

    def __init__(self):
        super().__init__()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)

    def _serve(self, connection):
        with suppress(OSError), connection:
            while connection.recv(100_000):
                time.sleep(0.01)


class DeadAddresses:
    """Addresses where a connection is neither accepted nor refused: full backlogs."""

    def __init__(self, *addresses, port=0):
        self.addresses = list(addresses)
        self.port = port
        self.listeners = []
        self.fillers = []
        self.real_getaddrinfo = socket.getaddrinfo

    def __enter__(self):
        for address in self.addresses:
            listener = socket.socket()
            listener.bind((address, self.port))
            listener.listen(0)
            self.port = listener.getsockname()[1]
            self.listeners.append(listener)
            for _ in range(3):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex((address, self.port))
                self.fillers.append(filler)
        return self

    def __exit__(self, *exc_info):
        for each in self.listeners + self.fillers:
            each.close()

    def getaddrinfo(self, host, port, *args, **kwargs):
        if host not in ("logto.test", b"logto.test"):
            return self.real_getaddrinfo(host, port, *args, **kwargs)
        kind = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(*kind, (address, port)) for address in self.addresses]


class TestConnections:
    def test_a_connection_is_used_again_within_four_seconds(self, exchange):
        assert sockets.KEEPALIVE_SECONDS == 4  # Logto closes an idle one after 5
        with Server() as server:
            request = Request("GET", server.url)
            exchange(request, request, 0.1, request)
        assert len(server.requests) == 3
        assert len(server.connections) == 1

    def test_an_idle_connection_is_given_up_after_that(self, exchange, monkeypatch):
        monkeypatch.setattr(sockets, "KEEPALIVE_SECONDS", 0.1)
        with Server() as server:
            request = Request("GET", server.url)
            exchange(request, 0.2, request)
        assert len(server.requests) == len(server.connections) == 2

    def test_a_connection_that_the_server_closed_is_not_used_again(self, exchange):
        with Server() as server:
            request = Request("GET", server.url)
            server.reply = lambda received, connection: (
                connection.sendall(answer()) or None
            )
            exchange(request, 0.1, request)
        assert len(server.requests) == len(server.connections) == 2

    def test_forty_threads_share_the_client(self):
        with Server(lambda received, connection: answer(received[:20])) as server:
            wrong = []

            def call(number):
                for turn in range(10):
                    path = f"{number:03}-{turn:02}"
                    try:
                        body = send(Request("GET", server.url + path)).body
                    except ProviderError as error:
                        wrong.append(error)
                    else:
                        if not body.startswith(f"GET /{path} ".encode()):
                            wrong.append(body)

            threads = [threading.Thread(target=call, args=[n]) for n in range(40)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert wrong == []
        assert len(server.requests) == 400
        assert len(server.connections) <= 40

    def test_the_tls_settings_are_loaded_once(self, exchange):
        with Server() as server:
            exchange(Request("GET", server.url))
            exchange(Request("GET", server.url))
        assert sockets.ssl_context() is sockets.ssl_context()

    def test_the_deadline_module_loads_no_http_client(self):
        code = (
            "import sys, logto_auth.engine.deadline, logto_auth.engine.mode\n"
            "sys.exit('httpx2' in sys.modules or 'httpcore2' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def every_exception_of_httpx2():
    return sorted(
        {
            value
            for _, value in inspect.getmembers(httpx2, inspect.isclass)
            if issubclass(value, Exception)
        },
        key=lambda kind: kind.__name__,
    )


class TestFailures:
    @pytest.mark.parametrize(
        "kind", every_exception_of_httpx2(), ids=lambda kind: kind.__name__
    )
    def test_every_exception_of_the_client_becomes_one_of_ours(self, kind, monkeypatch):
        def fail(request):
            error = kind.__new__(kind)
            Exception.__init__(error, SECRET)
            raise error

        client = httpx2.Client(transport=httpx2.MockTransport(fail))
        monkeypatch.setattr(sockets, "_client", client)
        with pytest.raises(ProviderError) as caught:
            send(Request("GET", "http://logto.test/"))
        expected = ProviderUnreachable
        if issubclass(kind, httpx2.TimeoutException):
            expected = ProviderTimeout
        elif issubclass(kind, httpx2.DecodingError):
            expected = ProviderResponseInvalid
        assert type(caught.value) is expected
        assert SECRET not in str(caught.value)

    def test_the_list_of_exceptions_is_the_real_one(self):
        names = {kind.__name__ for kind in every_exception_of_httpx2()}
        assert {"ConnectTimeout", "ReadError", "InvalidURL", "StreamConsumed"} <= names
        assert len(names) >= 28

    @pytest.mark.parametrize(
        ("reply", "kind", "reason"),
        [
            (lambda r, c: None, ProviderUnreachable, "protocol"),
            (
                lambda r, c: b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
                ProviderUnreachable,
                "protocol",
            ),
            (
                lambda r, c: c.sendall(answer(b"12345")[:-3]),
                ProviderUnreachable,
                "protocol",
            ),
            (
                lambda r, c: b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
                ProviderUnreachable,
                "protocol",
            ),
        ],
        ids=["nothing", "another protocol", "half a body", "an endless header"],
    )
    def test_what_is_not_http_is_no_answer(self, exchange, reply, kind, reason):
        with Server(reply) as server, pytest.raises(ProviderError) as caught:
            exchange(Request("GET", server.url))
        assert type(caught.value) is kind
        assert caught.value.reason == reason

    def test_a_connection_that_is_reset_is_no_answer(self, exchange):
        def reset(received, connection):
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        with Server(reset) as server, pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", server.url))
        assert caught.value.reason in ("connection", "protocol")

    def test_a_refused_connection_says_so(self, exchange):
        with Server() as server:
            pass
        with pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", server.url))
        assert caught.value.reason == "refused"
        assert caught.value.detail.startswith("ConnectError: ")

    def test_an_unknown_host_says_so(self, exchange, monkeypatch):
        def getaddrinfo(*args, **kwargs):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", "http://logto.test/"))
        assert caught.value.reason == "dns"

    @pytest.mark.parametrize(
        "url", ["", "logto", "ftp://logto.test/", "http://", "http://[", "http://a\nb/"]
    )
    def test_an_address_that_is_none_is_one_of_our_errors(self, exchange, url):
        with pytest.raises(ProviderUnreachable):
            exchange(Request("GET", url))


class TestSecrets:
    requests = (
        {"form": {"code": SECRET}},
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"headers": {"Authorization": f"Bearer {SECRET}\nX: y"}},
        {"headers": {"Authorization": f"Bearer {SECRET}☃"}},
        {"headers": {"Authorization": f" {SECRET}"}},
        {"headers": {SECRET + "\n": "x"}},
        {"form": {"code": SECRET + "\udc00"}},
    )
    replies = (
        lambda received, connection: None,
        lambda received, connection: received,
        lambda received, connection: answer(received * 10_000),
        lambda received, connection: connection.sendall(b"HTTP/1.1 2") or time.sleep(1),
        lambda received, connection: (
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + received
            )
            or time.sleep(1)
        ),
    )

    @pytest.mark.parametrize("sent", requests, ids=lambda sent: ascii(sent)[:40])
    @pytest.mark.parametrize("reply", replies, ids=range(len(replies)))
    def test_no_failure_shows_what_was_sent(self, exchange, caplog, sent, reply):
        caplog.set_level(logging.DEBUG)
        with Server(reply) as server:
            request = Request("POST", server.url, **sent)
            error, _ = timed_failure(exchange, request, 0.05)
        assert SECRET not in str(error) + repr(error) + caplog.text
        assert error.__cause__ is error.__context__ is None
        frames = [
            frame
            for frame, _ in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename != __file__
        ]
        assert any(frame.f_code.co_filename == transport.__file__ for frame in frames)
        for frame in frames:  # an error page shows every local variable
            assert SECRET not in repr(frame.f_locals)
            assert "httpx2" not in frame.f_code.co_filename

    def test_an_answer_that_is_not_json_is_not_shown(self):
        response = Response(200, {}, json.dumps(SECRET).encode() + b"}")
        with pytest.raises(ProviderResponseInvalid) as caught:
            response.json()
        shown = traceback.TracebackException.from_exception(
            caught.value, capture_locals=True
        )
        frames = [frame for frame in shown.stack if frame.filename != __file__]
        assert frames
        assert SECRET not in str(caught.value) + repr([f.locals for f in frames])


class TestCancellation:
    def test_a_cancelled_task_is_cancelled_and_not_failed(self):
        async def run():
            with Server(drip(b"", b"H")) as server:
                task = asyncio.create_task(asend(Request("GET", server.url)))
                await asyncio.sleep(0.1)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert task.cancelled()

        asyncio.run(run())

    def test_a_timeout_of_the_caller_is_the_callers(self):
        async def run():
            with Server(drip(b"", b"H")) as server:
                async with asyncio.timeout(0.1):
                    await asend(Request("GET", server.url))

        with pytest.raises(TimeoutError) as caught:
            asyncio.run(run())
        assert not isinstance(caught.value, ProviderError)

    def test_the_next_request_after_a_cancelled_one_gets_its_own_answer(self):
        def reply(received, connection):
            time.sleep(0.2)
            return answer(received[:8])

        async def run():
            with Server(reply) as server:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await asend(Request("GET", server.url + "one"))
                return await asend(Request("GET", server.url + "two"))

        assert asyncio.run(run()).body == b"GET /two"
