"""Starting, stopping, counting and breaking the simulator."""

import contextlib
import gc
import http.client
import socket
import subprocess
import sys
import threading
import time

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from logto_auth.testing import Fault, PortInUse, Simulator

from .simulator_client import Client


class TestStartingAndStopping:
    def test_the_issuer_derives_from_the_public_host_and_the_port(self, simulator):
        assert simulator.endpoint == f"http://localhost:{simulator.port}"
        assert simulator.issuer == f"{simulator.endpoint}/oidc"

    def test_a_second_start_changes_nothing(self, simulator):
        endpoint = simulator.endpoint
        assert simulator.start().endpoint == endpoint

    def test_after_a_stop_nobody_answers(self, simulator, client):
        simulator.stop()
        with pytest.raises(ConnectionRefusedError):
            client.get("/api/status")

    def test_it_starts_again_at_the_same_address_with_the_same_keys(
        self, simulator, client
    ):
        keys, endpoint = client.get("/oidc/jwks").json, simulator.endpoint
        simulator.stop()
        simulator.start()
        assert simulator.endpoint == endpoint
        assert client.get("/oidc/jwks").json == keys

    def test_a_taken_port_is_named(self, simulator):
        with pytest.raises(PortInUse, match=str(simulator.port)) as caught:
            Simulator(port=simulator.port).start()
        assert isinstance(caught.value, OSError)

    def test_stopping_does_not_wait_for_slow_answers(self, simulator, client):
        simulator.faults.put("/oidc/jwks", Fault(delay=60))
        results = []

        def ask():
            try:
                client.get("/oidc/jwks")
            except (OSError, http.client.HTTPException) as error:
                results.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        while not simulator.calls:
            time.sleep(0.01)
        started = time.monotonic()
        simulator.stop()
        thread.join()
        assert time.monotonic() - started < 30
        assert len(results) == 1

    def test_two_simulators_have_different_keys(self, client):
        with Simulator() as other:
            theirs = Client(other).get("/oidc/jwks").json
        assert theirs != client.get("/oidc/jwks").json

    def test_people_are_copied(self, simulator):
        simulator.people["alice"].suspended = True
        assert not Simulator().people["alice"].suspended


class TestProduction:
    def test_it_refuses_to_run_with_debug_off(self, settings, monkeypatch):
        settings.DEBUG = False
        monkeypatch.delattr(mail, "outbox")
        with pytest.raises(
            ImproperlyConfigured, match="refuses to run as issuer with DEBUG = False"
        ):
            Simulator().start()

    def test_it_runs_with_debug_on(self, settings, monkeypatch):
        settings.DEBUG = True
        monkeypatch.delattr(mail, "outbox")
        with Simulator() as simulator:
            assert simulator.port

    def test_it_runs_without_django_being_configured(self):
        script = (
            "from logto_auth.testing import Simulator\n"
            "with Simulator() as simulator:\n"
            "    print(simulator.endpoint)\n"
        )
        result = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": "", "PYTHONPATH": ":".join(sys.path)},
        )
        assert result.stdout.startswith("http://localhost:")


class TestCounting:
    def test_calls_are_written_down_without_secrets(self, simulator, client):
        client.post("/oidc/token", {"grant_type": "password", "password": "hush"})
        (call,) = simulator.calls
        assert str(call) == "POST /oidc/token"
        assert call.form_names == ("grant_type", "password")
        assert call.authorization == "Basic"
        assert "hush" not in repr(call)

    def test_queries_are_written_down(self, simulator, client):
        client.get("/sign-in?app_id=x")
        assert simulator.calls[0].query == {"app_id": "x"}

    def test_queries_are_not_shown_as_they_may_hold_tokens(self, simulator, client):
        client.get("/oidc/session/end?id_token_hint=hush")
        assert "hush" not in repr(simulator.calls)

    def test_connections_are_counted_not_requests(self, simulator):
        connection = http.client.HTTPConnection(simulator.host, simulator.port)
        for _ in range(3):
            connection.request("GET", "/api/status")
            connection.getresponse().read()
        connection.close()
        assert simulator.connections == 1
        assert len(simulator.calls) == 3

    def test_both_can_be_forgotten(self, simulator, client):
        client.get("/api/status")
        simulator.forget_calls()
        assert simulator.calls == []
        assert simulator.connections == 0


class TestFaults:
    def test_a_status_replaces_the_answer(self, simulator, client):
        simulator.faults.put(
            "/jwks", Fault(status=503, body="busy", headers={"Retry-After": "3"})
        )
        answer = client.get("/oidc/jwks")
        assert (answer.status, answer.text) == (503, "busy")
        assert answer.headers["Retry-After"] == "3"

    def test_other_paths_are_untouched(self, simulator, client):
        simulator.faults.put("/jwks", Fault(status=503))
        assert client.get("/api/status").status == 204

    def test_a_fault_may_strike_a_number_of_times(self, simulator, client):
        simulator.faults.put("/jwks", Fault(status=500, times=2))
        statuses = [client.get("/oidc/jwks").status for _ in range(3)]
        assert statuses == [500, 500, 200]

    def test_faults_can_be_taken_back(self, simulator, client):
        simulator.faults.put("/jwks", Fault(status=500))
        simulator.faults.clear()
        assert client.get("/oidc/jwks").status == 200

    def test_an_answer_may_be_late_and_right(self, simulator, client):
        simulator.faults.put("/jwks", Fault(delay=0.2))
        started = time.monotonic()
        assert client.get("/oidc/jwks").json["keys"]
        assert time.monotonic() - started >= 0.2

    def test_an_answer_may_drip_header_and_all(self, simulator, client):
        simulator.faults.put("/api/status", Fault(status=200, body="x", drip=0.001))
        started = time.monotonic()
        answer = client.get("/api/status")
        assert (answer.status, answer.text) == (200, "x")
        assert time.monotonic() - started > 0.05

    def test_a_status_that_http_does_not_know_may_drip_too(self, simulator, client):
        simulator.faults.put("/jwks", Fault(status=599, body="x", drip=0.0001))
        answer = client.get("/oidc/jwks")
        assert (answer.status, answer.text) == (599, "x")

    def test_a_connection_may_break_off(self, simulator, client):
        simulator.faults.put("/jwks", Fault(close=True))
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            client.get("/oidc/jwks")

    def test_the_work_may_be_done_although_the_answer_is_lost(self, simulator, client):
        simulator.faults.put("/api/status", Fault(status=502, after=True))
        assert client.get("/api/status").status == 502

    def test_bytes_may_be_anything(self, simulator, client):
        simulator.faults.put("/jwks", Fault(body=b"\xff\x00"))
        assert client.get("/oidc/jwks").body == b"\xff\x00"


def test_a_visitor_who_arrives_while_it_stops_is_no_error():
    def arrive(port):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()

    for _ in range(20):
        simulator = Simulator().start()
        with socket.create_connection(("127.0.0.1", simulator.port)) as half_said:
            half_said.send(b"GET /oidc/jwks HTTP/1.1\r\nHost: x\r\n")
            late = threading.Thread(target=arrive, args=(simulator.port,))
            late.start()
            simulator.stop()
            late.join()
    gc.collect()  # an error of a connection is heard of here
