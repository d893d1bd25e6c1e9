"""Blocking streams that keep to the deadline, and streams that tell what is left over.

httpx2 bounds each read, so an answer that drips byte by byte outlives its timeout. Here
every wait of a blocking socket ends with `deadline.remaining`.

httpcore2 drops an idle connection whose socket is readable, but does not see what was
read from it already and belongs to no answer. Here that makes a stream readable too,
blocking or on a loop: the next request would take it for its answer.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore2

from .deadline import remaining

if TYPE_CHECKING:
    import h11

T = TypeVar("T")

_RECORD_BYTES = 16 * 1024


def time_left(timeout: float | None) -> float | None:
    """Return the seconds that a wait may take, None when nothing limits it."""
    return min((s for s in (timeout, remaining()) if s is not None), default=None)


class _Leftovers:
    """Readable while something is left over; ``http`` holds what h11 was given."""

    http: h11.Connection | None = None
    _stream: httpcore2.NetworkStream | httpcore2.AsyncNetworkStream

    def get_extra_info(self, info: str) -> Any:
        found = self._stream.get_extra_info(info)
        if info == "is_readable":
            return found or self._remain()
        return found

    def _remain(self) -> bool:
        if self.http is not None and self.http.trailing_data[0]:
            return True
        tls: ssl.SSLObject | None = self.get_extra_info("ssl_object")
        if tls is None:
            return False
        try:
            # Records that wait to be decrypted do not count as pending().
            tls.read(1)
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            return True
        return True


class _Stream(_Leftovers, httpcore2.NetworkStream):
    _stream: httpcore2.NetworkStream

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


class TCPStream(_Stream):
    """A TCP connection."""

    def __del__(self) -> None:
        # A forked child drops its parent's connections without closing the client.
        self.close()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        connection: socket.socket = self.get_extra_info("socket")
        connection.settimeout(time_left(timeout))
        try:
            connection.sendall(buffer)  # its timeout is for all of it
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


class LoopStream(_Leftovers, httpcore2.AsyncNetworkStream):
    """A connection of an event loop, with TLS or without."""

    _stream: httpcore2.AsyncNetworkStream

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore2 calls it so
    ) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore2.AsyncNetworkStream:
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            # httpcore2 leaves the connection of a cancelled handshake open.
            await self.aclose()
            raise
        return LoopStream(stream)
