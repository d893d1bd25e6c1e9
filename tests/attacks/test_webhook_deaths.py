"""Whoever dies of a webhook, or while one is handled, loses none and holds none up."""

import pytest
from django.db import connection
from django.test import Client

from logto_auth.events.deliveries import LEASE_SECONDS, MOST_ATTEMPTS, PAUSES
from logto_auth.models import WebhookDelivery
from logto_auth.signals import webhook_received

from .webhooks import KEY, command, send, states, told, use_keys

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.databases,
    pytest.mark.catalogue(108),
]
State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def keys(settings):
    use_keys(settings, KEY)


def dies(client, body):
    """Send a webhook to a process that dies of it."""
    with pytest.raises(SystemExit):
        send(client, body)


def test_who_dies_of_it_holds_it_for_a_minute_only(client, receiver, clock):
    receiver.error = SystemExit()
    body = told("Role.Deleted")
    dies(client, body)
    receiver.error = None
    assert send(client, body).json() == {"state": "waiting"}
    clock.shift(LEASE_SECONDS - 1)
    assert send(client, told()).json() == {"state": "handled"}
    assert states() == [State.WAITING, State.HANDLED]
    clock.shift(2)
    assert send(client, told()).json() == {"state": "handled"}
    assert states() == [State.HANDLED] * 3
    assert receiver.events.count("Role.Deleted") == 2


def test_one_that_comes_again_is_taken_over_too(client, receiver, clock):
    receiver.error = SystemExit()
    body = told()
    dies(client, body)
    receiver.error = None
    clock.shift(LEASE_SECONDS + 1)
    assert send(client, body).json() == {"state": "handled"}
    assert WebhookDelivery.objects.get().attempts == 2


def test_who_dies_before_handling_it_has_kept_it(client, receiver, clock):
    def die(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "webhookdelivery" in sql:
            raise SystemExit
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die):
        dies(client, told("Role.Deleted"))
    assert states() == [State.WAITING]
    assert WebhookDelivery.objects.get().attempts == 0
    clock.shift(LEASE_SECONDS + 1)
    assert send(client, told()).json() == {"state": "handled"}
    assert states() == [State.HANDLED] * 2
    assert receiver.events == ["Role.Created", "Role.Deleted"]


def test_one_that_everybody_dies_of_is_given_up(client, receiver, clock):
    receiver.error = SystemExit()
    dies(client, told("Role.Deleted"))
    for _ in range(MOST_ATTEMPTS - 1):
        clock.shift(LEASE_SECONDS + 1)
        assert command()[0] is None  # it died
    receiver.error = None
    clock.shift(LEASE_SECONDS + 1)
    assert command() == (0, "Handled 0 webhooks; 0 failed.")
    assert WebhookDelivery.objects.get().attempts == MOST_ATTEMPTS
    assert command("--all") == (0, "Handled 1 webhooks; 0 failed.")


def test_who_was_too_slow_says_nothing_of_it_any_more(client, clock):
    """Somebody else had it meanwhile."""
    body, answers = told(), []

    def receive(sender, event, **kwargs):
        if answers:
            return
        clock.shift(LEASE_SECONDS + 1)
        answers.append(None)
        answers.append(send(Client(), body).json())
        raise ValueError

    webhook_received.connect(receive)
    try:
        send(client, body)
    finally:
        webhook_received.disconnect(receive)
    assert answers == [None, {"state": "handled"}]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.failure) == (State.HANDLED, "")


def test_a_database_that_fails_loses_nothing_that_was_answered_well(
    client, receiver, clock
):
    """And what it takes again is as good as new."""

    def fail(execute, sql, params, many, context):
        if sql.startswith("INSERT"):
            return execute("SELECT * FROM no_such_table", (), many, context)
        return execute(sql, params, many, context)

    body = told()
    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        assert send(client, body).status_code == 500
    assert send(client, body).json() == {"state": "handled"}
    assert receiver.events == ["Role.Created"]


def test_one_that_somebody_else_has_handled_meanwhile_is_left_alone(
    client, receiver, clock
):
    """Though it was due when whoever is slow looked for those that are."""
    receiver.error = ValueError()
    for event in ("Role.Deleted", "Scope.Deleted"):
        send(client, told(event))
        clock.shift(1)
    receiver.error = None
    receiver.events.clear()
    clock.shift(PAUSES[0])
    said = []

    def receive(sender, event, **kwargs):
        if event.name == "Role.Deleted":
            said.append(command())

    webhook_received.connect(receive)
    try:
        said.append(command())
    finally:
        webhook_received.disconnect(receive)
    assert said == [(0, "Handled 1 webhooks; 0 failed.")] * 2
    assert receiver.events == ["Role.Deleted", "Scope.Deleted"]
