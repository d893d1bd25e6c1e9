"""One HTTP request to Logto: what is sent and what is accepted."""

from __future__ import annotations

import time

import pytest

from logto_auth.engine.transport import Request, Response
from logto_auth.errors import (
    ProviderResponseInvalid,
    ProviderUnreachable,
)

from .local_server import (
    SECRET,
    Server,
    answer,
    drip,
    timed_failure,
)


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

    @pytest.mark.catalogue(38)
    def test_a_request_is_never_sent_twice_when_the_connection_breaks_off(
        self, exchange
    ):
        with Server(lambda received, connection: None) as server:
            with pytest.raises(ProviderUnreachable):
                exchange(Request("POST", server.url, form={"code": "once"}))
            time.sleep(0.05)
        assert len(server.requests) == len(server.connections) == 1

    @pytest.mark.catalogue(38)
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

    @pytest.mark.catalogue(39)
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

    @pytest.mark.catalogue(35)
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

    @pytest.mark.catalogue(35)
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

    @pytest.mark.catalogue(35)
    def test_an_endless_body_is_refused_long_before_the_deadline(self, exchange):
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        with Server(drip(head, b"x" * 100_000)) as server:
            error, seconds = timed_failure(exchange, Request("GET", server.url), 30)
        assert error.reason == "too_large"
        assert seconds < 15

    @pytest.mark.catalogue(35)
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
