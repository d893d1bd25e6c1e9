"""What holds at each endpoint: every fault strikes, and no request breaks it."""

import json
import re
import time
from http.client import HTTPConnection, HTTPException

import pytest

from logto_auth.testing import Fault, Simulator
from logto_auth.testing.simulator.server import routes

from .simulator_client import Answer

NAMES = {
    "application_id": "demo-app",
    "factory_id": "oidc",
    "hook_id": "nosuchhook",
    "name": "default",
    "username": "alice",
    "method": "social",
    "target": "naver",
    "connector_id": "naver-1",
    "subject": "alice0000001",
    "uid": "nosuchinteraction",
}
ENDPOINTS = [
    (route.method, re.sub(r"\{(\w+)\}", lambda name: NAMES[name[1]], route.path))
    for route in routes()
]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
every_endpoint = pytest.mark.parametrize(("method", "path"), ENDPOINTS)


@pytest.fixture(scope="module")
def shared():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def send(shared):
    shared.reset()

    def send(method, path, body=None, headers=FORM, timeout=9, read=None):
        connection = HTTPConnection(shared.host, shared.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse(), read)
        finally:
            connection.close()

    return send


@every_endpoint
def test_it_fails_and_lies(method, path, shared, send):
    shared.faults.put(path, Fault(status=503, body='{"lie": true}', times=1))
    answer = send(method, path)
    assert (answer.status, answer.json) == (503, {"lie": True})
    assert send(method, path).status != 503


@every_endpoint
def test_it_hangs_and_breaks_off(method, path, shared, send):
    shared.faults.put(path, Fault(hang=True))
    with pytest.raises(TimeoutError):
        send(method, path, timeout=0.05)
    shared.faults.put(path, Fault(close=True))
    with pytest.raises((OSError, HTTPException)):
        send(method, path)


@pytest.mark.once
@every_endpoint
def test_it_is_late_and_drips_the_right_answer(method, path, shared, send):
    right = send(method, path)
    shared.faults.put(path, Fault(delay=0.02, drip=0.00001))
    started = time.monotonic()
    slow = send(method, path, read=20)
    assert time.monotonic() - started >= 0.02
    assert (slow.status, slow.body) == (right.status, right.body[:20])


@every_endpoint
def test_it_does_its_work_and_loses_the_answer(method, path, shared, send):
    shared.faults.put(path, Fault(close=True, after=True, times=1))
    with pytest.raises((OSError, HTTPException)):
        send(method, path)
    assert send(method, path).status < 500


def test_one_with_an_id_in_its_path_is_struck_without_knowing_it(shared, send):
    shared.faults.put("/oidc/auth/*", Fault(status=503))
    assert send("GET", "/oidc/auth/anything").status == 503
    assert send("GET", "/oidc/auth").status == 400
    shared.forge("/.well-known/*", lambda document: {"lie": True})
    path = "/oidc/.well-known/openid-configuration"
    assert send("GET", path).json == {"lie": True}


BAD_REQUESTS = {
    "not UTF-8": (b"\xff\xfe=%ff&a=%00", FORM),
    "too much": (b"x=" + b"y" * 70_000, FORM),
    "deep JSON": (b"[" * 50_000, JSON),
    "JSON without an object": (b"[1]", JSON),
    "JSON of other types": (
        json.dumps({"identifier": {"value": [1]}, "grant_type": {"a": 1}}).encode(),
        JSON,
    ),
    "an unknown charset": (
        b"a=b",
        {"Content-Type": f"{FORM['Content-Type']}; charset=x"},
    ),
    "a strange secret": (b"", {"Authorization": "Basic \xff\xfe"}),
    "a strange token": (b"", {"Authorization": "Bearer \xff"}),
    "strange cookies": (
        b"",
        {
            "Cookie": "_session=\xff; _session.sig=\xff; "
            "_interaction=%7B; _interaction.sig=x"
        },
    ),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_is_refused_and_breaks_nothing(name, send):
    body, headers = BAD_REQUESTS[name]
    answers = {
        (method, path): send(method, path, body, headers).status
        for method, path in ENDPOINTS
    }
    assert not {place: status for place, status in answers.items() if status >= 500}
