"""A webhook that could not be handled is told as that, and tried again from here."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.db.models.signals import pre_save
from django.test import Client

from logto_auth.events.deliveries import MOST_ATTEMPTS, PAUSES
from logto_auth.events.webhook import MOST_DUE
from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery
from logto_auth.signals import webhook_received
from tests.journey import at_once

from .webhooks import KEY, command, send, states, suspension, told, use_keys

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.databases,
    pytest.mark.catalogue(108),
]
State = WebhookDelivery.State
SECOND = timedelta(seconds=1)
FAILED = {"error": "webhook_failed"}
TEXT = "what the site itself says"


@pytest.fixture(autouse=True)
def keys(settings):
    use_keys(settings, KEY)


@pytest.fixture
def atomic_requests():
    """A site whose every view is a transaction."""
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    yield
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = False


def test_a_receiver_that_fails_is_told_and_asked_again(
    client, receiver, received, clock, caplog
):
    receiver.error = ValueError(TEXT)
    body = told()
    response = send(client, body)
    assert (response.status_code, response.json()) == (500, FAILED)
    assert "no-store" in response["Cache-Control"]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.failure) == (State.FAILED, "receiver: ValueError")
    assert delivery.next_attempt_at - delivery.received_at == PAUSES[0]
    assert len(received) == 1, "another receiver is told all the same"
    (record,) = [r for r in caplog.records if r.name == "logto_auth"]
    assert record.logto == {
        "webhook": "Role.Created",
        "cause": "receiver: ValueError",
        "attempts": 1,
        "gives_up": False,
    }
    receiver.error = None
    assert send(client, body).json() == FAILED, "not yet"
    assert len(receiver.events) == 1
    clock.shift(PAUSES[0])
    assert send(client, body).json() == {"state": "handled"}
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failure) == (State.HANDLED, "")
    assert (delivery.attempts, delivery.next_attempt_at) == (2, None)


def test_what_fails_inside_is_tried_again_with_the_next_one(
    journey, logto, receiver, clock
):
    """And the suspended one is out although the site's model refuses to be saved."""
    journey.sign_in("alice")
    account = LogtoAccount.objects.get()

    def refuse(sender, instance, **kwargs):
        raise RuntimeError(TEXT)

    pre_save.connect(refuse, sender=get_user_model())
    try:
        response = send(Client(), suspension(logto))
    finally:
        pre_save.disconnect(refuse, sender=get_user_model())
    assert (response.status_code, response.json()) == (500, FAILED)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.failure) == (State.FAILED, "RuntimeError")
    assert not LogtoSession.objects.exists()
    assert receiver.events == [], "receivers are told when it is done"
    clock.shift(PAUSES[0])
    assert send(Client(), told()).json() == {"state": "handled"}
    assert states() == [State.HANDLED] * 2
    account.refresh_from_db()
    assert account.is_suspended and not account.user.is_active
    assert len(receiver.events) == 2


def test_the_pauses_grow_until_it_is_given_up(client, receiver, clock, caplog):
    receiver.error = ValueError(TEXT)
    send(client, told())
    first = WebhookDelivery.objects.get()
    for attempts, pause in enumerate(PAUSES, 1):
        clock.shift(pause - SECOND)
        assert command() == (0, "Handled 0 webhooks; 0 failed.")
        first.refresh_from_db()
        assert first.attempts == attempts
        clock.shift(SECOND)
        assert command() == (1, "Handled 0 webhooks; 1 failed.")
    first.refresh_from_db()
    assert (first.attempts, first.next_attempt_at) == (MOST_ATTEMPTS, None)
    told_of = [r.logto["gives_up"] for r in caplog.records if r.name == "logto_auth"]
    assert told_of == [False] * len(PAUSES) + [True]
    receiver.error = None
    clock.shift(timedelta(days=3))
    assert send(client, told()).json() == {"state": "handled"}
    assert command() == (0, "Handled 0 webhooks; 0 failed.")
    first.refresh_from_db()
    assert first.state == State.FAILED
    assert command("--all") == (0, "Handled 1 webhooks; 0 failed.")
    first.refresh_from_db()
    assert first.state == State.HANDLED


def test_one_that_comes_waits_for_a_few_of_those_that_are_due(client, receiver, clock):
    receiver.error = ValueError(TEXT)
    for number in range(MOST_DUE + 2):
        send(client, told("Role.Deleted", number=number))
    receiver.error = None
    clock.shift(PAUSES[0])
    receiver.events.clear()
    for left in (2, 0):
        assert send(client, told()).json() == {"state": "handled"}
        assert states().count(State.FAILED) == left
        clock.shift(1)
    assert receiver.events.count("Role.Deleted") == MOST_DUE + 2


def test_due_ones_that_fail_again_are_no_fault_of_one_that_comes(
    client, receiver, clock
):
    receiver.error = ValueError(TEXT)
    send(client, told("Role.Deleted"))
    clock.shift(PAUSES[0])

    def only_one(sender, event, **kwargs):
        receiver.error = ValueError(TEXT) if event.name == "Role.Deleted" else None

    webhook_received.disconnect(receiver)
    webhook_received.connect(only_one)
    webhook_received.connect(receiver)
    try:
        assert send(client, told()).json() == {"state": "handled"}
    finally:
        webhook_received.disconnect(only_one)
    assert states() == [State.FAILED, State.HANDLED]


@pytest.mark.parametrize("fails", [False, True])
def test_receivers_are_told_after_the_commit(journey, logto, atomic_requests, fails):
    """What they see others see, also where every view is a transaction."""
    journey.sign_in("alice")
    seen = []

    def look():
        state = WebhookDelivery.objects.get().state
        return state, LogtoAccount.objects.get().is_suspended

    def receive(sender, event, **kwargs):
        seen.append(connection.in_atomic_block)
        seen.extend(at_once(look, [()]))
        if fails:
            raise ValueError(TEXT)

    webhook_received.connect(receive)
    try:
        response = send(Client(), suspension(logto))
    finally:
        webhook_received.disconnect(receive)
    assert seen == [False, (State.WAITING, True)]
    assert response.status_code == (500 if fails else 200)
    assert states() == [State.FAILED if fails else State.HANDLED]
    assert LogtoAccount.objects.get().is_suspended
