"""The HTTP clients: one of a process that blocks, one of each event loop.

They connect to the addresses that `resolver` finds. Where they block, every wait ends
with the deadline, see `streams`; on an event loop ``asyncio.timeout`` bounds them all.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore2
import httpx2

from .resolver import lookup
from .streams import LoopStream, TCPStream, time_left

# Logto closes an idle connection after 5 s; a request that crosses the close is lost.
KEEPALIVE_SECONDS = 4.0
# After which the next address is tried beside the one before (RFC 8305, 5).
_NEXT_ADDRESS_SECONDS = 0.25


@contextmanager
def _looking_up() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise httpcore2.ConnectTimeout(error) from error
    except OSError as error:
        raise httpcore2.ConnectError(error) from error


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
        with _looking_up():
            untried = list(lookup(host, port).result(time_left(timeout)))
        while True:
            left = time_left(timeout)
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
                return TCPStream(stream)


class _LoopBackend(httpcore2.AsyncNetworkBackend):
    def __init__(self, backend: httpcore2.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore2 calls it so
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        with _looking_up():
            # A lookup of the loop's own would keep the loop from ending.
            found = await asyncio.wrap_future(lookup(host, port))
        options = None if socket_options is None else list(socket_options)

        def connect(address: str) -> Awaitable[httpcore2.AsyncNetworkStream]:
            return self._backend.connect_tcp(
                address, port, timeout, local_address, options
            )

        return LoopStream(await _first_connected(connect, found))


async def _first_connected(
    connect: Callable[[str], Awaitable[httpcore2.AsyncNetworkStream]],
    addresses: Iterable[str],
) -> httpcore2.AsyncNetworkStream:
    """Connect to whichever address answers first; each has a start on the next.

    A thread that blocks can only try one after the other.
    """
    untried = list(addresses)
    pending: set[asyncio.Future[httpcore2.AsyncNetworkStream]] = set()
    winner: httpcore2.AsyncNetworkStream | None = None
    failure: BaseException | None = None
    try:
        while winner is None and (untried or pending):
            if untried:
                pending.add(asyncio.ensure_future(connect(untried.pop(0))))
            await asyncio.wait(
                pending,
                timeout=_NEXT_ADDRESS_SECONDS if untried else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in [each for each in pending if each.done()]:
                failure = attempt.exception()
                if failure is None:
                    winner = attempt.result()
                    break
                pending.remove(attempt)
    finally:
        for attempt in pending:
            attempt.cancel()
        for late in await asyncio.gather(*pending, return_exceptions=True):
            if late is not winner and not isinstance(late, BaseException):
                await late.aclose()
    if winner is None:
        raise failure or httpcore2.ConnectError("no address was tried")
    return winner


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


def _connect_by(
    backend: type[_Backend | _LoopBackend], client: httpx2.Client | httpx2.AsyncClient
) -> None:
    # A client that is given a transport ignores the environment's proxies, so its own
    # are altered. Reading first makes a rename in httpx2 loud.
    transports: list[Any] = [client._transport, *client._mounts.values()]
    for transport in filter(None, transports):
        pool = transport._pool
        pool._network_backend = backend(pool._network_backend)


def watch_leftovers(answer: httpx2.Response) -> None:
    """Let the connection of ``answer`` be dropped if more than that comes over it.

    To be called before the answer is read to its end.
    """
    bound: Any = answer.stream
    try:
        http = bound._stream._httpcore_stream._stream._connection._h11_state
        answer.extensions["network_stream"].http = http
    except AttributeError:
        # A later httpx2, whose answers are as good; the tests of leftovers will tell.
        return


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
            _connect_by(_Backend, client)
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
    _connect_by(_LoopBackend, client)
    try:
        yield client
    finally:
        _loop_clients.pop(loop, None)
        await client.aclose()
