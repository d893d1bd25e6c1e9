"""Application access control, the only thing that sends ``access_denied`` to a site."""

import pytest

from logto_auth.testing import SignInStopped

from .simulator_client import parameters_of


@pytest.fixture(autouse=True)
def denied(simulator):
    simulator.application.access_control_denied.add("alice")


def stopped_at(client, visitor):
    with pytest.raises(SignInStopped) as caught:
        visitor.sign_in(client.url(), "alice")
    return caught.value.page


def test_the_first_time_the_person_stays_at_logto(client, visitor):
    page = stopped_at(client, visitor)
    assert (page.path, page.status) == ("/consent", 200)


@pytest.mark.parametrize("parameters", [{}, {"prompt": "none"}])
def test_with_a_session_the_site_is_told(parameters, simulator, client, visitor):
    stopped_at(client, visitor)
    answer = parameters_of(visitor.open(client.url(**parameters)))
    assert answer == {
        "error": "access_denied",
        "error_description": "Access denied.",
        "state": "st4te",
        "iss": simulator.issuer,
    }


def test_others_come_in(client, visitor):
    assert "code" in parameters_of(visitor.sign_in(client.url(), "ada"))


def test_taking_it_back_lets_the_person_in(simulator, client, visitor):
    stopped_at(client, visitor)
    simulator.application.access_control_denied.clear()
    assert "code" in parameters_of(visitor.open(client.url()))
