"""A test moves the simulator from its own thread while browsers are at it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from logto_auth.testing import Fault, Simulator, Visitor

from .simulator_client import Client

pytestmark = pytest.mark.once

OFFLINE = {"scope": "openid offline_access profile", "prompt": "consent"}


def at_once(job, times):
    """Run ``job`` in as many threads; return what went wrong."""
    with ThreadPoolExecutor(times) as pool:
        running = [pool.submit(job) for _ in range(times)]
    return [future.exception() for future in running if future.exception()]


def sign_in(simulator):
    client = Client(simulator)
    tokens = client.tokens(Visitor(simulator), **OFFLINE)
    assert client.refresh(tokens["refresh_token"]).status == 200


def test_two_hundred_people_sign_in_at_once(simulator):
    assert at_once(lambda: sign_in(simulator), 200) == []
    assert len(simulator.refresh_tokens) == 200


def test_everything_may_be_asked_and_ended_meanwhile(simulator):
    done = threading.Event()

    def interfere():
        while not done.is_set():
            assert isinstance(simulator.refresh_tokens, list)
            simulator.sessions.of(simulator.people["alice"].sub)
            simulator.grants.revoke("nosuchgrant")
            simulator.suspend("noel")
            simulator.reactivate("noel")

    def sign_in_often():
        for _ in range(10):
            sign_in(simulator)

    with ThreadPoolExecutor(1) as pool:
        interfering = pool.submit(interfere)
        assert at_once(sign_in_often, 10) == []
        done.set()
    assert interfering.exception() is None


def test_many_simulators_run_side_by_side():
    simulators = [Simulator().start() for _ in range(20)]
    try:
        assert len({simulator.port for simulator in simulators}) == 20
        assert at_once(lambda: sign_in(simulators[0]), 2) == []
        assert simulators[1].refresh_tokens == []
    finally:
        for simulator in simulators:
            simulator.stop()


def test_another_fault_in_its_place_lets_a_hanging_connection_go(simulator, client):
    simulator.faults.put("/oidc/jwks", Fault(hang=True))
    ended = []
    thread = threading.Thread(
        target=lambda: ended.extend(at_once(lambda: client.get("/oidc/jwks"), 1))
    )
    thread.start()
    while not simulator.calls:
        thread.join(0.01)
    simulator.faults.put("/oidc/jwks", Fault(status=503))
    thread.join(5)
    assert len(ended) == 1
    assert client.get("/oidc/jwks").status == 503
