"""One simulator for many tests: `reset` takes back whatever one of them did."""

import threading
from http.client import HTTPException

import pytest

from logto_auth.testing import Application, Fault, Hook, Organization, Person, Simulator

from .simulator_client import Client, parameters_of


@pytest.fixture
def simulator(site):
    with Simulator(hooks=[Hook(site.url)]) as simulator:
        yield simulator


@pytest.fixture
def used(simulator, client, visitor):
    """A simulator to which a test has done what it could, and its access token."""
    tokens = client.tokens(visitor, scope="openid offline_access", prompt="consent")
    simulator.suspend("alice")
    simulator.reactivate("sam")
    simulator.delete("ada")
    simulator.join("noel", Organization("chess", "Chess"))
    simulator.add(Person("newcomer"))
    simulator.hooks[0].enabled = False
    simulator.hooks.append(Hook("http://localhost:1"))
    simulator.application.access_control_denied.add("noel")
    simulator.application.redirect_uris = ()
    simulator.applications["another"] = Application("another")
    simulator.faults.put("/oidc/token", Fault(status=500))
    simulator.forge_id_token = lambda claims, header: "x"
    simulator.forge("/oidc/me", lambda document: {})
    simulator.clock.advance(1000)
    simulator.rotate_keys()
    simulator.deliveries.held = True
    return tokens["access_token"]


def test_people_are_as_they_were(used, simulator):
    simulator.reset()
    assert simulator.people == Simulator().people


def test_applications_are_as_they_were_and_the_same_objects(used, simulator):
    application = simulator.application
    simulator.reset()
    assert simulator.application is application
    assert simulator.applications == Simulator().applications


def test_hooks_and_deliveries_are_as_they_were(used, simulator, site):
    simulator.reset()
    assert [hook.url for hook in simulator.hooks] == [site.url]
    assert simulator.hooks[0].enabled
    assert simulator.deliveries.all == []
    assert not simulator.deliveries.held


def test_nobody_is_signed_in_and_no_token_works(used, simulator, client, visitor):
    simulator.reset()
    assert client.userinfo(used).status == 401
    answer = visitor.open(client.url(prompt="none"))
    assert parameters_of(answer)["error"] == "login_required"


def test_answers_are_right_again(used, simulator, client, visitor):
    keys = client.get("/oidc/jwks").json["keys"]
    simulator.reset()
    tokens = client.tokens(visitor)
    assert client.verified(tokens["id_token"])["sub"] == "alice0000001"
    assert client.userinfo(tokens["access_token"]).json["sub"] == "alice0000001"
    assert client.get("/oidc/jwks").json["keys"] == keys[1:]


def test_the_clock_is_right_again(used, simulator, time_machine):
    time_machine.move_to(1_800_000_000, tick=False)
    simulator.reset()
    assert simulator.clock.now() == 1_800_000_000


def test_nothing_is_counted(used, simulator, client):
    simulator.reset()
    assert (simulator.calls, simulator.connections) == ([], 0)
    client.get("/api/status")
    assert len(simulator.calls) == 1


def test_a_connection_that_hangs_is_let_go(simulator):
    simulator.faults.put("/oidc/jwks", Fault(hang=True))
    ended = []

    def ask():
        try:
            Client(simulator).get("/oidc/jwks")
        except (OSError, HTTPException) as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not simulator.calls:
        thread.join(0.01)
    assert thread.is_alive()
    simulator.reset()
    thread.join(5)
    assert len(ended) == 1


def test_it_goes_on_at_the_same_address(used, simulator, client):
    endpoint = simulator.endpoint
    simulator.reset()
    assert simulator.endpoint == endpoint
    assert client.get("/api/status").status == 204
