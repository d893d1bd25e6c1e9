"""What is raised, that it holds no secret, and that a cancellation passes."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import socket
import struct
import time
import traceback
from contextlib import suppress

import httpx2
import pytest

from logto_auth.engine import sockets, transport
from logto_auth.engine.transport import Request, Response, asend, send
from logto_auth.errors import (
    ProviderError,
    ProviderResponseInvalid,
    ProviderTimeout,
    ProviderUnreachable,
)

from .local_server import (
    SECRET,
    Server,
    answer,
    drip,
    timed_failure,
)


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

    @pytest.mark.catalogue(35)
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

    @pytest.mark.catalogue(35)
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

    @pytest.mark.catalogue(35)
    def test_an_unknown_host_says_so(self, exchange, monkeypatch):
        def getaddrinfo(*args, **kwargs):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with pytest.raises(ProviderUnreachable) as caught:
            exchange(Request("GET", "http://logto.test/"))
        assert caught.value.reason == "dns"

    def test_a_host_without_an_address_says_so(self, exchange, monkeypatch):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [])
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

    @pytest.mark.catalogue(39)
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

    @pytest.mark.catalogue(39)
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
