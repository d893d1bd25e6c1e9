"""The server under test, and the rule that a test replays just what it declares."""

import copy

import pytest

from .administrator import Administrator
from .recorded_wire import Comparison
from .recordings import load, marked, names
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
def administrator(server, comparison, simulator):
    """Who may set the tenant up, which is then as it was again."""
    known = dict(server.replaced)
    yield Administrator(server, comparison)
    server.replaced = known
    simulator.reset()


@pytest.fixture
def bare(simulator):
    """A tenant without connectors, as the recorded one was."""
    simulator.connectors.clear()
    simulator.sign_in_experience.targets = []
    return simulator


@pytest.fixture
def four(bare, administrator):
    """A tenant with the recorded connectors, by their recorded ids."""
    for name in [*names("120"), *names("121"), *names("122"), *names("123")]:
        recorded = load(name)["response"]["body"]
        administrator.replay(name, id=recorded["id"])
    return bare


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
