"""One webhook that several have at once is handled by one of them."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from logto_auth.models import LogtoAccount, WebhookDelivery
from logto_auth.signals import webhook_received
from tests.attacks.webhooks import KEY, send, suspension, told, use_keys
from tests.journey import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.databases,
    pytest.mark.catalogue(107),
]
State = WebhookDelivery.State
MANY = 6


@pytest.fixture(autouse=True)
def keys(settings):
    use_keys(settings, KEY)


def answer(body):
    response = send(Client(), body)
    return response.status_code, response.json()["state"]


def test_it_is_handled_once(journey, logto, received):
    journey.sign_in("alice")
    body = suspension(logto)
    answers = at_once(answer, [(body,)] * MANY)
    assert len(answers) == MANY
    assert {status for status, _ in answers} == {200}
    assert {state for _, state in answers} <= {"handled", "waiting"}
    assert "handled" in {state for _, state in answers}
    assert len(received) == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (State.HANDLED, 1)
    assert LogtoAccount.objects.get().is_suspended


def test_while_one_has_it_nobody_waits_for_them():
    has_it, goes_on, events = threading.Event(), threading.Event(), []

    def receive(sender, event, **kwargs):
        events.append(event.name)
        has_it.set()
        assert goes_on.wait(20)

    def take():
        answers.append(answer(body))
        connections.close_all()

    webhook_received.connect(receive)
    answers, body = [], told()
    thread = threading.Thread(target=take)
    thread.start()
    try:
        assert has_it.wait(20)
        assert answer(body) == (200, "waiting")
        assert run() == "Handled 0 webhooks; 0 failed."
    finally:
        goes_on.set()
        thread.join()
        webhook_received.disconnect(receive)
    assert answers == [(200, "handled")]
    assert events == ["Role.Created"]


def run():
    out = io.StringIO()
    call_command("logto_webhooks", stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize(
    "left", [State.FAILED, State.WAITING], ids=["it failed", "its holder died"]
)
def test_one_that_is_due_is_tried_again_by_one_of_those_that_could(received, left):
    send(Client(), told("Role.Deleted"))
    received.clear()
    # As it is when somebody else has had it, a while ago.
    WebhookDelivery.objects.update(
        state=left,
        received_at=timezone.now() - timedelta(hours=1),
        next_attempt_at=timezone.now() if left == State.FAILED else None,
        lease_until=1,
    )
    bodies = [told(number=number) for number in range(3)]
    said = at_once(
        lambda call, *arguments: call(*arguments),
        [(run,), (run,), *((answer, body) for body in bodies)],
    )
    assert len(said) == 5
    names = [event.name for event in received]
    assert names.count("Role.Deleted") == 1
    assert names.count("Role.Created") == 3
    rows = WebhookDelivery.objects
    assert rows.filter(state=State.HANDLED).count() == rows.count() == 4
