"""Webhooks are kept, handled once, and tried again where that fails."""

import json
import re
import types
from pathlib import Path

import pytest

from logto_auth.events.deliveries import PAUSES
from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery
from logto_auth.signals import webhook_received
from logto_auth.testing import Hook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

URL = "/logto/webhook/"
KEY = "JvJ7y261D3sjCbLyVrG15YHsGPpNOD9C"
State = WebhookDelivery.State


@pytest.fixture
def hooked(logto, settings):
    """A Logto that tells the site of everything; ``deliver()`` does so."""
    settings.LOGTO = {**settings.LOGTO, "WEBHOOK_SIGNING_KEYS": [KEY]}
    logto.hooks.append(Hook("http://testserver" + URL, signing_key=KEY))
    logto.deliveries.held = True
    return logto


@pytest.fixture
def deliver(hooked, client):
    """Deliver what Logto has sent since the last time; return the answers."""
    seen = []

    def deliver(*deliveries):
        new = deliveries or [d for d in hooked.deliveries.all if d not in seen]
        seen.extend(new)
        return [
            client.post(
                URL, d.body, content_type="application/json", headers=dict(d.headers)
            )
            for d in new
        ]

    return deliver


def test_a_suspended_user_is_out_at_the_next_request(journey, hooked, deliver):
    journey.sign_in("alice")
    deliver()
    hooked.suspend("alice")
    (answer,) = deliver()
    assert answer.json() == {"state": "handled"}
    assert journey.client.get("/logto/user/").json() == {"isAuthenticated": False}
    assert not LogtoSession.objects.exists()
    account = LogtoAccount.objects.get()
    assert account.is_suspended and not account.user.is_active


def test_a_known_event_is_told_to_the_site_once(hooked, deliver, received):
    hooked.send_webhook("Role.Created")
    first, second = deliver()[0], deliver(hooked.deliveries.all[-1])[0]
    assert first.status_code == second.status_code == 200
    assert [event.name for event in received] == ["Role.Created"]
    assert WebhookDelivery.objects.get().state == State.HANDLED


def test_unknown_events_are_kept_and_ignored(hooked, deliver, received):
    hooked.hooks[0].events = ["Something.New"]
    hooked.send_webhook("Something.New")
    assert deliver()[0].json() == {"state": "ignored"}
    assert received == []
    assert json.loads(bytes(WebhookDelivery.objects.get().body))["event"] == (
        "Something.New"
    )


@pytest.mark.once
def test_the_receiver_of_the_documentation_is_told(hooked, deliver, caplog):
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    example = types.ModuleType("receivers")
    _, code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(code, vars(example))
    try:
        hooked.send_webhook("PostResetPassword", "alice")
        hooked.send_webhook("Role.Created")
        assert {answer.status_code for answer in deliver()} == {200}
    finally:
        assert webhook_received.disconnect(example.note_new_passwords)
    (said,) = [r.getMessage() for r in caplog.records if r.name == "mysite"]
    assert said == f"{hooked.people['alice'].sub} has a new password"


@pytest.mark.once
def test_the_documentation_tells_the_pauses():
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    units = {"seconds": 1, "minute": 60, "minutes": 60, "hours": 3600}
    (told,) = re.findall(r"again after (.*?)\.", page)
    pauses = [
        int(number) * units[unit] for number, unit in re.findall(r"(\d+) (\w+)", told)
    ]
    assert pauses == [pause.total_seconds() for pause in PAUSES]
