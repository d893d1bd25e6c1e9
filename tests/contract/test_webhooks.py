"""Webhooks: what the simulator sends is what a real Logto delivered."""

import json
import re

import pytest

from logto_auth.testing import Hook, Person
from logto_auth.testing.simulator.hook import SIGNATURE_HEADER, signature

from .recorded_tenant import WONDERLAND
from .recorded_wire import FormReader
from .recordings import load, names

recording = pytest.mark.recording
SAME_VALUES = ("event", "interactionEvent", "method", "status", "matchedRoute")
# What is in these is the person's own.
OWN_CONTENTS = ("customData", "identities", "profile")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def simulator(simulator):
    """The simulator with one hook; nothing is sent, only written down."""
    simulator.hooks.append(Hook("http://127.0.0.1:9/"))
    simulator.deliveries.held = True
    yield simulator
    simulator.reset()


@pytest.fixture
def same_delivery(simulator, comparison):
    """Assert that the last delivery is like the recorded one."""

    def check(prefix):
        (name,) = names(prefix)
        comparison.compared.add(name)
        recorded = load(name)["request"]
        expected = json.loads(recorded["raw_body"])
        delivery = simulator.deliveries.all[-1]
        body = json.loads(delivery.body)
        assert form(body) == form(expected)
        for member in SAME_VALUES:
            assert body.get(member) == expected.get(member), member
        assert route(body) == route(expected) == expected.get("matchedRoute")
        assert is_suspended(body) is is_suspended(expected)
        headers = dict(line.split(": ", 1) for line in recorded["headers"])
        sent = {name.lower(): value for name, value in delivery.headers.items()}
        assert sent == {**headers, SIGNATURE_HEADER: sent[SIGNATURE_HEADER]}

    return check


def form(value):
    """Return ``value`` with kinds for values; null is a text that is not set."""
    if isinstance(value, dict):
        return {
            name: "own" if name in OWN_CONTENTS else form(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [form(item) for item in value]
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return "moment"
    if isinstance(value, int) and not isinstance(value, bool) and value > 1e6:
        return f"time of {len(str(value))} digits"
    return "text" if value is None else type(value).__name__.replace("str", "text")


def route(body):
    """Return the path of a call with the names of its parameters for their values."""
    path = body.get("path")
    for name, value in body.get("params", {}).items():
        path = path.replace(value, f":{name}")
    return path


def is_suspended(body):
    return {**body.get("user", {}), **body.get("data", {})}.get("isSuspended", False)


DELIVERED = [names(f"webhook-{number}")[0] for number in ("001", "018", "022", "062")]


@pytest.mark.parametrize("name", DELIVERED)
def test_the_simulator_signs_as_logto_does(name):
    request = load(name)["request"]
    expected = signature(request["signing_key"], request["raw_body"].encode())
    assert f"{SIGNATURE_HEADER}: {expected}" in request["headers"]


@recording(
    "webhook-001",
    "webhook-017",
    "webhook-018",
    "webhook-019",
    "webhook-020",
    "webhook-021",
)
def test_an_administrators_changes(simulator, same_delivery):
    simulator.add(Person("carol", email="carol@example.com"))
    same_delivery("webhook-001")
    simulator.update("carol", name="Carol")
    same_delivery("webhook-017")
    simulator.update("carol", custom_data={"a": 1, "b": 2})
    same_delivery("webhook-018")
    simulator.suspend("carol")
    same_delivery("webhook-019")
    simulator.update("carol", password="secret")
    same_delivery("webhook-020")
    simulator.delete("carol")
    same_delivery("webhook-021")


@recording("webhook-010")
def test_a_new_member(simulator, same_delivery):
    simulator.join("bob", WONDERLAND)
    same_delivery("webhook-010")


@recording("webhook-022", "webhook-023")
def test_signing_in_with_a_browser_and_without(server, simulator, same_delivery):
    server.sign_in()
    same_delivery("webhook-022")
    agent = server.client.headers.pop("User-Agent")
    server.sign_in()
    server.client.headers["User-Agent"] = agent
    same_delivery("webhook-023")


def test_a_user_says_which_application_it_consented_to_first(server, simulator):
    server.sign_in()
    server.sign_in()
    said = [json.loads(item.body) for item in simulator.deliveries.all]
    recorded = [
        json.loads(load(names(f"webhook-{number}")[0])["request"]["raw_body"])
        for number in ("022", "023")
    ]
    assert [document["user"]["applicationId"] for document in said] == [
        document["user"]["applicationId"] for document in recorded
    ]


@recording("webhook-062")
def test_registering(server, simulator, same_delivery):
    server.client.cookies.clear()
    page = server.follow(server.authorize(first_screen="register").headers["Location"])
    entered = {"username": "dormouse", "password": "secret"}
    fields = FormReader(page[-1].text).fields
    server.client.post("/register", data={**fields, **entered})
    same_delivery("webhook-062")
