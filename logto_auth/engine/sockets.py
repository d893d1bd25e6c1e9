"""The HTTP clients, and blocking sockets that keep to the deadline.

httpx2 bounds each read, so an answer that drips byte by byte outlives its timeout. Here
every wait of a blocking socket ends with `deadline.remaining`; only the resolver's,
which counts, cannot be cut. On an event loop ``asyncio.timeout`` bounds everything.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import AsyncGenerator, Callable, Iterable
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar, cast

import httpcore2
import httpx2

from .deadline import remaining

T = TypeVar("T")

# Logto closes an idle connection after 5 s; a request that crosses the close is lost.
KEEPALIVE_SECONDS = 4.0
_RECORD_BYTES = 16 * 1024


def _time_left(timeout: float | None) -> float | None:
    return min((s for s in (timeout, remaining()) if s is not None), default=None)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            return _TLSStream(self, ssl_context, server_hostname, timeout)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _TCPStream(_Stream):
    def __del__(self) -> None:
        # A forked child drops its parent's connections without closing the client.
        self.close()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        connection: socket.socket = self.get_extra_info("socket")
        unsent = memoryview(buffer)
        while unsent:
            connection.settimeout(_time_left(timeout))
            try:
                unsent = unsent[connection.send(unsent) :]
            except TimeoutError as error:
                raise httpcore2.WriteTimeout(error) from error
            except OSError as error:
                raise httpcore2.WriteError(error) from error


class _TLSStream(_Stream):
    """TLS over a stream, so that it waits only where that stream waits.

    An ``SSLSocket`` waits by itself: under gevent each piece of a handshake would get
    the whole time again.
    """

    def __init__(
        self,
        stream: _Stream,
        context: ssl.SSLContext,
        server_hostname: str | None,
        timeout: float | None,
    ) -> None:
        super().__init__(stream)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_hostname
        )
        self._run(self._tls.do_handshake, timeout, httpcore2.ConnectError)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        step = partial(self._tls.read, max_bytes)
        return self._run(step, timeout, httpcore2.ReadError)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        unsent = memoryview(buffer)
        while unsent:
            step = partial(self._tls.write, unsent)
            unsent = unsent[self._run(step, timeout, httpcore2.WriteError) :]

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else super().get_extra_info(info)

    def _run(
        self,
        step: Callable[[], T],
        timeout: float | None,
        failure: type[httpcore2.NetworkError],
    ) -> T:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush(timeout)
                if received := self._stream.read(_RECORD_BYTES, timeout):
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            except ssl.SSLError as error:
                raise failure(error) from error
            else:
                self._flush(timeout)
                return result

    def _flush(self, timeout: float | None) -> None:
        if self._outgoing.pending:
            self._stream.write(self._outgoing.read(), timeout)


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, backend: httpcore2.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError(error) from error
        untried = list(dict.fromkeys(str(address[0]) for *_, address in found))
        while True:
            left = _time_left(timeout)
            # A dead address must leave time for the ones after it.
            share = None if left is None else left / len(untried)
            try:
                stream = self._backend.connect_tcp(
                    untried.pop(0), port, share, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if not untried:
                    raise
            else:
                return _TCPStream(stream)


@cache
def ssl_context() -> ssl.SSLContext:
    """Return the TLS settings that all clients share; loading them takes 15 ms.

    ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` are read once, here.
    """
    context = httpx2.create_ssl_context()
    # Many servers end without a word; where a body is cut short, HTTP tells.
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


def _options() -> dict[str, Any]:
    return {
        "verify": ssl_context(),
        # One visitor's cookies must not travel with the next visitor's request.
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        "limits": httpx2.Limits(
            max_connections=100, keepalive_expiry=KEEPALIVE_SECONDS
        ),
    }


_lock = threading.Lock()
_client: httpx2.Client | None = None
_Closing = AsyncGenerator[httpx2.AsyncClient]
_loop_clients: dict[AbstractEventLoop, tuple[httpx2.AsyncClient, _Closing]] = {}


def blocking_client() -> httpx2.Client:
    """Return this process's client, which all its threads share."""
    global _client
    with _lock:
        if _client is None:
            client = httpx2.Client(**_options())
            # A client that is given a transport ignores the environment's proxies, so
            # its own are altered. Reading first makes a rename in httpx2 loud.
            transports = (client._transport, *client._mounts.values())
            for transport in filter(None, transports):
                pool = cast(httpx2.HTTPTransport, transport)._pool
                pool._network_backend = _Backend(pool._network_backend)
            _client = client
        return _client


def drop_blocking_client() -> None:
    """Forget the client without closing it: its connections may be somebody else's."""
    global _client, _lock
    _client = None
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=drop_blocking_client)


async def loop_client() -> httpx2.AsyncClient:
    """Return the running loop's client; it is closed together with the loop."""
    loop = get_running_loop()
    if loop not in _loop_clients:
        for other in list(_loop_clients):
            if other.is_closed():
                _loop_clients.pop(other, None)
        until_shutdown = _client_until_shutdown(loop)
        _loop_clients[loop] = await anext(until_shutdown), until_shutdown
    return _loop_clients[loop][0]


async def _client_until_shutdown(loop: AbstractEventLoop) -> _Closing:
    # loop.shutdown_asyncgens() closes this generator; nothing here may suspend before
    # the yield, or two tasks would make a client each.
    client = httpx2.AsyncClient(**_options())
    try:
        yield client
    finally:
        _loop_clients.pop(loop, None)
        await client.aclose()
