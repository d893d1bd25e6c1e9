"""Webhooks, as Logto sends them and as others would like to."""

import io
import json
from datetime import UTC, datetime, timedelta

from django.core.management import call_command

from logto_auth.models import WebhookDelivery
from logto_auth.testing.simulator.hook import SIGNATURE_HEADER, signature

URL = "/logto/webhook/"
KEY = "JvJ7y261D3sjCbLyVrG15YHsGPpNOD9C"
HEADER = SIGNATURE_HEADER
JSON = "application/json"


def use_keys(settings, *keys):
    """Let the site take what these keys have signed."""
    settings.LOGTO = {**settings.LOGTO, "WEBHOOK_SIGNING_KEYS": list(keys)}


def told(event="Role.Created", *, ago=0, **fields):
    """Return a body as Logto writes it.

    Args:
        ago: Seconds since it happened.
        fields: Fields of the body by Logto's names, added or replaced.
    """
    happened = datetime.now(UTC) - timedelta(seconds=ago)
    moment = happened.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    document = {"event": event, "createdAt": moment, "hookId": "hook1", **fields}
    return json.dumps(document, separators=(",", ":")).encode()


def suspension(logto, username="alice", /, *, is_suspended=True, **members):
    """Return what Logto tells of somebody whom it has just suspended, or let in."""
    user = logto.user_document(logto.people[username])
    now = round(datetime.now(UTC).timestamp() * 1000)
    return told(
        "User.SuspensionStatus.Updated",
        data={**user, "isSuspended": is_suspended, "updatedAt": now, **members},
        params={"userId": user["id"]},
    )


def signed(body, key=KEY):
    """Return the headers of a body that a key has signed."""
    return {HEADER: signature(key, body)}


def send(client, body, headers=None, content_type=JSON, **extra):
    """Send a body, rightly signed unless other headers are given."""
    headers = signed(body) if headers is None else headers
    # `post` would encode the body again by the charset that it is said to have.
    return client.generic("POST", URL, body, content_type, headers=headers, **extra)


def command(*options):
    """Run ``logto_webhooks``; return its exit code and what it says."""
    out, code = io.StringIO(), 0
    try:
        call_command("logto_webhooks", *options, stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue().strip()


def states():
    """Return what has become of each that came, the first one first."""
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))
