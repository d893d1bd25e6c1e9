"""The server under test, and the rule that a test replays just what it declares."""

import copy

import pytest

from .recorded_wire import Comparison
from .recordings import marked
from .server_under_test import ServerUnderTest

_COMPARISON = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a test that passes without having compared what it declares."""
    result = yield
    declared = marked(item.iter_markers())
    compared = item.stash[_COMPARISON].compared if _COMPARISON in item.stash else set()
    assert declared <= compared, f"declared only: {sorted(declared - compared)}"
    return result


@pytest.fixture(scope="module")
def server():
    server = ServerUnderTest()
    yield server
    server.close()


@pytest.fixture
def comparison(server, request):
    """What holds answers against the recordings that the test declares."""
    comparison = Comparison(server, marked(request.node.iter_markers()))
    request.node.stash[_COMPARISON] = comparison
    return comparison


@pytest.fixture
def same(comparison):
    return comparison.check


@pytest.fixture
def same_steps(comparison):
    return comparison.check_all


@pytest.fixture
def simulator(server):
    """The simulator, for what cannot be arranged at a real Logto from here."""
    if server.simulator is None:
        pytest.skip("needs the simulator itself")
    return server.simulator


@pytest.fixture
def later_alice(server):
    """Alice as she was when the later recordings were made; a real one stays."""
    if server.simulator is None:
        yield None
        return
    alice = server.simulator.people["alice"]
    server.simulator.people["alice"] = later = copy.deepcopy(alice)
    later.name = "Alice L."
    later.profile["website"] = "https://alice.example"
    later.custom_data = {"x": 1, "plan": "gold"}
    yield later
    server.simulator.people["alice"] = alice
