"""What comes after an answer is never the answer to the next request."""

from __future__ import annotations

import socket

import pytest

from logto_auth.engine.transport import Request

from .local_server import Server, TLSServer, answer

pytestmark = pytest.mark.usefixtures("tls_environment")

STALE = answer(b"of another visitor")
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n"
)


def in_one_segment(connection, *pieces):
    """Send each piece as a TLS record of its own, all in one TCP segment."""
    cork = getattr(socket, "TCP_CORK", None) or socket.TCP_NOPUSH
    connection.setsockopt(socket.IPPROTO_TCP, cork, 1)
    for piece in pieces:
        connection.sendall(piece)
    connection.setsockopt(socket.IPPROTO_TCP, cork, 0)


@pytest.fixture(params=["plain", "tls"])
def server(request, trusted):
    with Server() if request.param == "plain" else TLSServer(trusted) as server:
        yield server


class TestLeftovers:
    @pytest.mark.parametrize("records", ["one record", "two records"])
    @pytest.mark.parametrize(
        ("first", "left_over"),
        [
            (answer(b"first"), b"}"),
            (answer(b"first"), STALE),
            (answer(b"first"), STALE * 5_000),
            (answer(b"first"), b"\x00garbage\r\n\r\n"),
            (answer(b""), STALE),
            (NO_CONTENT, STALE),
            (CHUNKED, STALE),
        ],
        ids=[
            "a Content-Length too small",
            "a second answer",
            "many answers",
            "garbage",
            "an answer after an empty one",
            "a body of 204",
            "an answer after chunks",
        ],
    )
    def test_a_request_after_leftovers_gets_its_own_answer(
        self, exchange, server, first, left_over, records
    ):
        pieces = [first + left_over] if records == "one record" else [first, left_over]

        def reply(received, connection):
            if b"/two " in received:
                return answer(b"second")
            in_one_segment(connection, *pieces)
            return b""

        server.reply = reply
        one, two = exchange(
            Request("GET", server.url + "one"), Request("GET", server.url + "two")
        )
        assert one.body == (b"first" if b"first" in first else b"")
        assert two.body == b"second"
        assert len(server.connections) == 2

    def test_where_nothing_is_left_over_the_connection_is_used_again(
        self, exchange, server
    ):
        replies = iter([answer(b"first"), NO_CONTENT, CHUNKED, answer(b"")])
        server.reply = lambda received, connection: next(replies)
        exchange(*[Request("GET", server.url)] * 4)
        assert len(server.requests) == 4
        assert len(server.connections) == 1
