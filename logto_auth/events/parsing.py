"""Reading a webhook: strictly, and only as far as every event is alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import WebhookInvalid
from ..webhook_events import WebhookEvent

#: Logto sends at once, and tries only once. What is known of a delivery is kept for
#: longer, so that none is taken twice.
MAX_AGE = timedelta(days=1)
MAX_AHEAD = timedelta(minutes=5)
_EVENT = re.compile(r"[A-Za-z][\w.]{0,63}", re.ASCII)
_HOOK_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


def event_of(body: bytes) -> WebhookEvent:
    """Return the event that a signed body tells.

    Raises:
        WebhookInvalid: It is no event as Logto sends them (``malformed``), or from
            another time (``too_old``, ``in_future``).
    """
    event = stored_event(body)
    age = datetime.now(UTC) - event.created_at
    if age > MAX_AGE:
        raise WebhookInvalid(reason="too_old")
    if age < -MAX_AHEAD:
        raise WebhookInvalid(reason="in_future")
    return event


def stored_event(body: bytes) -> WebhookEvent:
    """Return the event of a body that was taken, however long ago.

    Raises:
        WebhookInvalid: It is none (``malformed``).
    """
    from ..engine.jws import strict_object

    try:
        document = strict_object(body)
        created_at = datetime.fromisoformat(_text(document, "createdAt"))
        name, hook_id = _text(document, "event"), _text(document, "hookId")
    except (ValueError, OverflowError):
        raise WebhookInvalid(reason="malformed") from None
    is_right = _EVENT.fullmatch(name) and _HOOK_ID.fullmatch(hook_id)
    if not is_right or created_at.tzinfo is None:
        raise WebhookInvalid(reason="malformed")
    return WebhookEvent(name, hook_id, created_at, document)


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return value
