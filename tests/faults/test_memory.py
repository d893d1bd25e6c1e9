"""However much an endpoint sends, the site reads little of it."""

import gzip
import tracemalloc

import pytest

from tests.unit.transport.local_server import own_client

from .front import Front
from .kinds import DISCOVERY, INVALID, KEYS, LARGE_BYTES, TOKEN, UNREACHABLE, USERINFO

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(35)]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNK = b" " * 65536
BOMB = gzip.compress(bytes(LARGE_BYTES), compresslevel=1)
# A page, and one answer of a megabyte while it is put together.
MAX_BYTES = 4 * 1024 * 1024


def repeated(connection, piece):
    for _ in range(LARGE_BYTES // len(piece)):
        connection.sendall(piece)


def plain(received, connection):
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % LARGE_BYTES)
    repeated(connection, CHUNK)


def chunked(received, connection):
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    repeated(connection, b"10000\r\n" + CHUNK + b"\r\n")


def compressed(received, connection):
    header = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    connection.sendall(OK + header + BOMB)


def compressed_chunks(received, connection):
    connection.sendall(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n")
    connection.sendall(b"%x\r\n" % len(BOMB) + BOMB + b"\r\n0\r\n\r\n")


def headers(received, connection):
    connection.sendall(OK)
    repeated(connection, b"X-Filler: " + b"x" * 4096 + b"\r\n")


REPLIES = [
    pytest.param(plain, INVALID, "too_large", id="50 MB"),
    pytest.param(chunked, INVALID, "too_large", id="50 MB in chunks"),
    pytest.param(compressed, INVALID, "content_encoding", id="gzip bomb"),
    pytest.param(compressed_chunks, UNREACHABLE, "protocol", id="compressed transfer"),
    pytest.param(headers, UNREACHABLE, "protocol", id="50 MB of headers"),
]


@pytest.fixture
def front(logto, settings, monkeypatch):
    """The simulator, behind what allocates nothing while it sends."""
    with own_client(), Front(logto.port) as front:
        monkeypatch.setattr(logto, "endpoint", f"http://localhost:{front.port}")
        settings.LOGTO = {**settings.LOGTO, "ENDPOINT": logto.endpoint}
        yield front


@pytest.fixture
def memory():
    """Return the most bytes that were in use at once since it was first called."""

    def peak():
        tracemalloc.start()
        return tracemalloc.get_traced_memory()[1]

    yield peak
    tracemalloc.stop()


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, TOKEN, USERINFO])
@pytest.mark.parametrize(("reply", "code", "reason"), REPLIES)
def test_a_callback_reads_a_megabyte_at_most(
    journey, front, cold, refused, memory, path, reply, code, reason
):
    journey.sign_in()
    url = journey.callback_url(prompt="login")
    cold()
    front.replies[path] = reply
    memory()
    response = journey.client.get(url)
    assert memory() < MAX_BYTES
    refused(response, code, reason)


@pytest.mark.parametrize(("reply", "code", "reason"), REPLIES)
async def test_on_an_event_loop_too(
    journey_async, front, refused, memory, reply, code, reason
):
    await journey_async.sign_in()
    url = await journey_async.callback_url(prompt="login")
    front.replies[TOKEN] = reply
    memory()
    response = await journey_async.client.get(url)
    assert memory() < MAX_BYTES
    refused(response, code, reason)
