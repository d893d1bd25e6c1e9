"""What a sign-in costs, counted: statements, calls, connections, bytes."""

import time
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logto_auth.models import LogtoAccount
from logto_auth.testing.simulator.person import Identity

pytestmark = pytest.mark.django_db


def statements(context):
    """Return the statements without transaction control."""
    control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return [
        query["sql"]
        for query in context.captured_queries
        if not query["sql"].upper().startswith(control)
    ]


def returning_callback(journey):
    """Sign alice in once, so that she is known; return a second callback's URL."""
    journey.sign_in()
    journey.client.logout()
    journey.client.cookies.clear()
    return journey.callback_url


def test_a_returning_visitor_without_a_session_costs_seven_statements(journey):
    callback = returning_callback(journey)()
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert journey.client.get(callback).status_code == 302
    assert len(statements(context)) <= 7, "\n".join(statements(context))


def test_a_returning_visitor_with_an_anonymous_session_costs_ten(journey):
    callback_url = returning_callback(journey)
    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    callback = callback_url()
    with CaptureQueriesContext(connection) as context:
        assert journey.client.get(callback).status_code == 302
    assert len(statements(context)) <= 10, "\n".join(statements(context))


def test_a_returning_visitor_who_is_signed_in_costs_seven(journey):
    # The seventh asks whether the session is still there.
    journey.sign_in()
    callback = journey.callback_url(prompt="login")
    with CaptureQueriesContext(connection) as context:
        assert journey.client.get(callback).status_code == 302
    assert len(statements(context)) <= 7, "\n".join(statements(context))


def test_an_anonymous_session_costs_three_more_then_too(journey):
    callback_url = returning_callback(journey)
    LogtoAccount.objects.update(last_sign_in_at=datetime(2026, 1, 1, tzinfo=UTC))
    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    callback = callback_url()
    with CaptureQueriesContext(connection) as context:
        assert journey.client.get(callback).status_code == 302
    assert len(statements(context)) <= 11, "\n".join(statements(context))


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({}, 1),  # the time of the sign-in, when it is not that of another tab
        ({"custom_data": {"plan": "gold"}}, 1),
        ({"name": "Zoe"}, 4),
        ({"new_identities": 3}, 3),
        ({"identities": {}}, 3),
    ],
)
def test_what_is_new_at_logto_costs_a_few_statements_more(journey, change, more):
    sofia = journey.logto.people["sofia"]
    journey.sign_in("sofia")
    journey.client.logout()
    journey.client.cookies.clear()
    LogtoAccount.objects.update(last_sign_in_at=datetime(2026, 1, 1, tzinfo=UTC))
    for number in range(change.get("new_identities", 0)):
        sofia.identities[f"target-{number}"] = Identity(f"user-{number}")
    for name in change.keys() & vars(sofia).keys():
        setattr(sofia, name, change[name])
    callback = journey.callback_url("sofia")
    with CaptureQueriesContext(connection) as context:
        assert journey.client.get(callback).status_code == 302
    assert len(statements(context)) <= 7 + more, "\n".join(statements(context))


def test_a_signed_in_page_costs_nothing_of_ours(journey, django_assert_num_queries):
    journey.sign_in()
    journey.logto.forget_calls()
    with django_assert_num_queries(2):  # Django's session and user
        journey.client.get("/protected/")
    assert journey.logto.calls == []


def test_a_callback_makes_two_calls_over_no_new_connection_when_warm(journey):
    journey.sign_in()
    callback = journey.callback_url(prompt="login")
    journey.logto.forget_calls()
    journey.client.get(callback)
    assert [call.path for call in journey.logto.calls] == ["/oidc/token", "/oidc/me"]
    assert journey.logto.connections == 0


def test_a_callback_after_a_pause_opens_one_connection(journey):
    journey.sign_in()
    callback = journey.callback_url(prompt="login")
    time.sleep(4.2)
    journey.logto.forget_calls()
    journey.client.get(callback)
    assert len(journey.logto.calls) == 2
    assert journey.logto.connections == 1
