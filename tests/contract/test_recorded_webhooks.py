"""Webhooks that a real Logto sent are taken byte for byte, and nothing near them."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine

from logto_auth.models import WebhookDelivery
from logto_auth.testing.simulator.hook import SIGNATURE_HEADER

from .recordings import FOLDER, WIRE

pytestmark = pytest.mark.django_db
RECORDINGS = {
    path.stem: json.loads(path.read_text("utf-8"))["request"]
    for folder in (WIRE, FOLDER / "webhooks")
    for path in sorted(folder.glob("webhook-*.json"))
}


@pytest.fixture(params=RECORDINGS)
def recorded(request, settings):
    """One as it was sent, at the time at which it was."""
    found = RECORDINGS[request.param]
    keys = {"WEBHOOK_SIGNING_KEYS": [found["signing_key"]]}
    settings.LOGTO = {**settings.LOGTO, **keys}
    happened = json.loads(found["raw_body"])["createdAt"]
    moment = datetime.fromisoformat(happened) + timedelta(seconds=1)
    with time_machine.travel(moment, tick=False):
        yield found


def deliver(client, recorded, body):
    headers = dict(line.split(": ", 1) for line in recorded["headers"])
    content_type = headers.pop("content-type")
    return client.generic(
        "POST", "/logto/webhook/", body, content_type, headers=headers
    )


def test_it_is_taken_as_it_was_sent(recorded, client, received):
    body = recorded["raw_body"].encode()
    response = deliver(client, recorded, body)
    assert (response.status_code, response.json()) == (200, {"state": "handled"})
    delivery = WebhookDelivery.objects.get()
    assert bytes(delivery.body) == body
    (event,) = received
    document = json.loads(body)
    assert event.document == document
    assert (event.name, event.hook_id) == (document["event"], document["hookId"])
    assert event.created_at == datetime.fromisoformat(document["createdAt"])
    # However it is told: by the person, by the call, or by the user's document.
    whom = ""
    if event.name.startswith(("User.", "Post")):
        by_call = document.get("params", {}).get("userId")
        whom = document.get("userId") or by_call or document["data"]["id"]
    elif event.name.startswith("Organization."):
        whom = document.get("organizationId") or document["data"]["id"]
    assert delivery.subject == whom


def test_it_is_refused_with_one_byte_changed(recorded, client, received):
    body = recorded["raw_body"].encode()
    for at in (0, 1, len(body) // 2, len(body) - 2, len(body) - 1):
        other = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        assert deliver(client, recorded, other).status_code == 401
    assert not WebhookDelivery.objects.exists()
    assert received == []


def test_it_is_refused_with_one_sign_of_the_signature_changed(
    recorded, client, received
):
    headers = recorded["headers"]
    for at in (1, 64):
        forged = [
            line[:-at] + ("0" if line[-at] != "0" else "1") + line[len(line) - at + 1 :]
            if line.startswith(SIGNATURE_HEADER)
            else line
            for line in headers
        ]
        assert forged != headers
        changed = {**recorded, "headers": forged}
        response = deliver(client, changed, recorded["raw_body"].encode())
        assert response.status_code == 401
    assert received == []


def test_there_is_one_of_every_kind_that_was_recorded():
    assert len(RECORDINGS) == 30
    events = {json.loads(r["raw_body"])["event"] for r in RECORDINGS.values()}
    assert len(events) == 15
