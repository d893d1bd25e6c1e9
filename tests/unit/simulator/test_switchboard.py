"""Making any endpoint lie or hang."""

import http.client
import json
import socket

import pytest

from logto_auth.testing import Fault

BASIC = "Basic ZGVtby1hcHA6ZGVtby1zZWNyZXQ="
CONFIGURATION = "/oidc/.well-known/openid-configuration"


class TestForging:
    @pytest.mark.parametrize(
        ("path", "names"),
        [
            ("/oidc/jwks", {"keys"}),
            ("/oidc/.well-known/oauth-authorization-server", {"issuer"}),
        ],
    )
    def test_any_endpoint_can_be_made_to_lie(self, path, names, simulator, client):
        truth = client.get(path)
        assert names <= truth.json.keys()
        simulator.forge(path, lambda document: {**document, "x": [1]})
        lie = client.get(path)
        assert lie.json == {**truth.json, "x": [1]}
        assert lie.headers["Content-Type"] == truth.headers["Content-Type"]

    def test_an_endpoint_of_logtos_own_too(self, simulator, client, visitor):
        token = client.tokens(visitor)["access_token"]
        path = "/oidc/token/introspection"
        simulator.forge(path, lambda document: {**document, "active": False})
        assert client.post(path, {"token": token}).json["active"] is False

    @pytest.mark.parametrize("document", [None, [], "text", 1, {"a": "ü"}])
    def test_a_document_may_be_anything(self, document, simulator, client):
        simulator.forge("/oidc/jwks", lambda truth: document)
        assert client.get("/oidc/jwks").json == document

    def test_bytes_are_sent_as_they_are(self, simulator, client):
        simulator.forge("/oidc/jwks", lambda document: b'{"keys":')
        assert client.get("/oidc/jwks").body == b'{"keys":'

    def test_refusals_are_left_alone(self, simulator, client):
        simulator.forge("/oidc/token", lambda document: {})
        assert client.post("/oidc/token", {}).json["error"] == "invalid_request"

    def test_an_endpoint_with_an_attribute_has_one_forger(self, simulator, client):
        simulator.forge_discovery = lambda document: {"first": 1}
        simulator.forge(CONFIGURATION, lambda document: {**document, "second": 2})
        document = client.get(CONFIGURATION).json
        assert "first" not in document
        assert document["second"] == 2
        assert simulator.forge_discovery({}) == {"second": 2}

    def test_the_truth_comes_back(self, simulator, client):
        truth = client.get("/oidc/jwks").body
        simulator.forge("/oidc/jwks", lambda document: {})
        simulator.stop_forging()
        assert client.get("/oidc/jwks").body == truth


class TestHanging:
    def test_no_byte_comes(self, simulator):
        simulator.faults.put("/oidc/jwks", Fault(hang=True))
        address = (simulator.host, simulator.port)
        with socket.create_connection(address, timeout=0.3) as connection:
            connection.sendall(b"GET /oidc/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with pytest.raises(TimeoutError):
                connection.recv(1)
            simulator.faults.clear()
            connection.settimeout(5)
            assert connection.recv(1) == b""

    def test_the_work_may_be_done_although_it_hangs(self, simulator, client, visitor):
        callback = visitor.sign_in(client.url(), "alice")
        simulator.faults.put("/oidc/token", Fault(hang=True, after=True, times=1))
        exchange = {
            "grant_type": "authorization_code",
            "code": callback.split("code=")[1].split("&")[0],
            "redirect_uri": simulator.application.redirect_uris[0],
            "code_verifier": "v" * 43,
        }
        body = json.dumps(exchange)
        connection = http.client.HTTPConnection(
            simulator.host, simulator.port, timeout=0.3
        )
        headers = {"Content-Type": "application/json", "Authorization": BASIC}
        connection.request("POST", "/oidc/token", body, headers)
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
        assert client.exchange(callback).json["error"] == "invalid_grant"

    def test_stopping_does_not_wait_for_it(self, simulator):
        simulator.faults.put("/oidc/jwks", Fault(hang=True))
        address = (simulator.host, simulator.port)
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"GET /oidc/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while not simulator.calls:
                pass
            simulator.stop()
            assert connection.recv(1) == b""


class TestBreakingOff:
    def test_a_body_is_cut_where_it_is_said(self, simulator, client):
        body = client.get("/oidc/jwks").body
        simulator.faults.put("/oidc/jwks", Fault(cut=7))
        with pytest.raises(http.client.IncompleteRead) as caught:
            client.get("/oidc/jwks")
        assert caught.value.partial == body[:7]
        assert caught.value.expected == len(body) - 7

    @pytest.mark.parametrize(
        ("fields", "ends"), [({"reset": True}, "reset"), ({"close": True}, "closed")]
    )
    def test_a_reset_is_another_end_than_a_close(self, simulator, fields, ends):
        simulator.faults.put("/oidc/jwks", Fault(**fields))
        address = (simulator.host, simulator.port)
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"GET /oidc/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                end = "closed" if connection.recv(1) == b"" else "an answer"
            except ConnectionResetError:
                end = "reset"
        assert end == ends


class TestAnotherHeader:
    def test_the_right_answer_goes_with_it(self, simulator, client):
        body = client.get("/oidc/jwks").body
        simulator.faults.put("/oidc/jwks", Fault(headers={"Content-Type": "text/html"}))
        answer = client.get("/oidc/jwks")
        assert (answer.body, answer.headers["Content-Type"]) == (body, "text/html")
