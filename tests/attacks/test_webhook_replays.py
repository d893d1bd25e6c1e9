"""Whoever has seen a webhook can send it again; nothing comes of that."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from logto_auth.events.parsing import MAX_AGE, MAX_AHEAD
from logto_auth.models import LogtoAccount, WebhookDelivery

from .webhooks import KEY, send, suspension, told, use_keys

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.databases,
    pytest.mark.catalogue(107),
]


@pytest.fixture(autouse=True)
def keys(settings):
    use_keys(settings, KEY)


def is_in(journey):
    return journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_what_comes_twice_is_handled_once(client, received):
    body = told()
    answers = [send(client, body), send(Client(), body), send(client, body)]
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json() for answer in answers] == [{"state": "handled"}] * 3
    assert len(received) == 1
    delivery = WebhookDelivery.objects.get()
    assert delivery.attempts == 1


def test_who_was_let_in_again_stays_in(journey, logto, clock):
    journey.sign_in("alice")
    clock.shift(1)
    out = suspension(logto)
    clock.shift(1)
    back = suspension(logto, is_suspended=False)
    send(Client(), out), send(Client(), back)
    clock.shift(1)
    journey.sign_in("alice", prompt="login")
    for body in (out, back, out):
        assert send(Client(), body).status_code == 200
        assert is_in(journey)
    assert LogtoAccount.objects.get().user.is_active


def test_it_is_known_again_whatever_the_caches_and_keys_forget(
    client, settings, received
):
    """In another process, after a restart, when the key was replaced and put back."""
    body = told()
    send(client, body)
    cache.clear()
    use_keys(settings, "another" * 5, KEY)
    assert send(Client(), body).json() == {"state": "handled"}
    assert len(received) == 1


def test_when_it_is_forgotten_it_is_too_old(client, clock, received):
    body = told(ago=-MAX_AHEAD.total_seconds())
    assert send(client, body).status_code == 200
    age = timedelta()
    while age < timedelta(days=40):
        call_command("logto_cleanup", "--keep-days=2", stdout=io.StringIO())
        answer = send(client, body)
        assert answer.status_code == (200 if age <= MAX_AGE + MAX_AHEAD else 400)
        clock.shift(timedelta(hours=5))
        age += timedelta(hours=5)
    assert len(received) == 1
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("ago", "reason"),
    [
        (MAX_AGE + timedelta(seconds=1), "too_old"),
        (timedelta(days=4000), "too_old"),
        (-MAX_AHEAD - timedelta(seconds=1), "in_future"),
        (-timedelta(days=4000), "in_future"),
        (MAX_AGE - timedelta(seconds=1), None),
        (-MAX_AHEAD + timedelta(seconds=1), None),
    ],
)
def test_what_is_of_another_time_is_refused(
    ago, reason, client, clock, received, caplog
):
    response = send(client, told(ago=ago.total_seconds()))
    if reason is None:
        assert response.status_code == 200
        return
    assert response.status_code == 400
    assert response.json() == {"error": "webhook_invalid"}
    (record,) = [r for r in caplog.records if r.name == "logto_auth"]
    assert record.logto["reason"] == reason
    assert not WebhookDelivery.objects.exists()
    assert received == []


def test_what_is_told_late_overwrites_nothing_newer(journey, logto, clock):
    """Sent first and held up on the way, or sent later and about before."""
    journey.sign_in("alice")
    clock.shift(10)
    older = suspension(logto, name="Older")
    clock.shift(10)
    newer = suspension(logto, name="Newer", is_suspended=False)
    clock.shift(10)
    later = json.loads(older)
    sent_later = {"createdAt": datetime.now(UTC).isoformat()}
    for body in (newer, older, json.dumps({**later, **sent_later}).encode()):
        assert send(Client(), body).status_code == 200
        account = LogtoAccount.objects.get()
        assert account.userinfo["name"] == "Newer"
        assert not account.is_suspended
        assert account.user.is_active
    assert is_in(journey)


def test_an_event_of_two_webhooks_at_logto_changes_things_once(
    journey, logto, received
):
    journey.sign_in("alice")
    body = suspension(logto)
    other = json.dumps({**json.loads(body), "hookId": "hook2"}).encode()
    send(Client(), body)
    before = LogtoAccount.objects.values().get()
    assert send(Client(), other).json() == {"state": "handled"}
    assert LogtoAccount.objects.values().get() == before
    # Which of them a receiver wants to hear of is for it to say.
    assert [event.hook_id for event in received] == ["hook1", "hook2"]
