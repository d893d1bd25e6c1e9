"""Whoever uses the simulator's Management API, by hand."""

import json

from logto_auth.testing.simulator.resource import MANAGEMENT_API

from .simulator_client import Client


class Administration:
    """A machine with every right; what it asks for succeeds, or the test fails."""

    def __init__(self, simulator, machine="demo-machine"):
        self._client = Client(simulator)
        form = {
            "grant_type": "client_credentials",
            "resource": MANAGEMENT_API.indicator,
            "scope": "all",
        }
        secret = simulator.applications[machine].secret
        answer = self._client.post("/oidc/token", form, app_id=machine, secret=secret)
        self._token = answer.json["access_token"]

    def send(self, method, path, body=None, *, raw=None):
        """Send a request and return the answer, whatever it is."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
        }
        sent = json.dumps(body).encode() if raw is None and body is not None else raw
        return self._client.send(method, f"/api/{path}", sent, headers)

    def get(self, path):
        return self._done("GET", path)

    def post(self, path, body):
        return self._done("POST", path, body)

    def patch(self, path, body):
        return self._done("PATCH", path, body)

    def delete(self, path):
        assert self.send("DELETE", path).status == 204

    def _done(self, method, path, body=None):
        answer = self.send(method, path, body)
        assert answer.status in (200, 201), answer.text
        return answer.json
