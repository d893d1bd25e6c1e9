"""Servers on this machine that behave, or misbehave, and how they are asked."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress

import pytest

from logto_auth.engine import sockets
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request, asend, send
from logto_auth.errors import (
    ProviderError,
)

SECRET = "do-not-show-me"
# A busy machine is late. What no deadline cuts takes more than 5 s in these tests.
CUT_SECONDS = 4.0


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


class TLSServer(Server):
    """The same over TLS, with the certificate of a file."""

    def __init__(self, path, *args):
        super().__init__(*args)
        self.url = self.url.replace("http:", "https:")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(path)

    def wrap(self, connection):
        return self.context.wrap_socket(connection, server_side=True)


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


def timed_failure(exchange, request, seconds):
    """What ``exchange`` raises under a deadline, and how long it took."""
    started = time.monotonic()
    with pytest.raises(ProviderError) as caught, deadline(seconds):
        exchange(request)
    return caught.value, time.monotonic() - started


class SlowReader(Server):
    """Reads 1 MB in a second at most and never answers."""

    def __init__(self):
        super().__init__()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)

    def _serve(self, connection):
        with suppress(OSError), connection:
            while connection.recv(10_000):
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
