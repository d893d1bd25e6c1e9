"""Logto's webhooks: what they say, and to whom they are sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from .answers import json_bytes
from .application import Application
from .clock import Clock
from .delivery import Deliveries, Delivery
from .hook import SIGNATURE_HEADER, Hook, signature

ANSWER_SECONDS = 10
# The calls of the Management API that cause these.
USER_CALLS = {
    "User.Created": "POST /users 200",
    "User.Data.Updated": "PATCH /users/:userId 200",
    "User.SuspensionStatus.Updated": "PATCH /users/:userId/is-suspended 200",
    "User.Deleted": "DELETE /users/:userId 204",
}
# What a change of one field alone is: a call of its own, which tells the whole user or,
# where a name of the user document is given, that member only.
_FIELD_CALLS = {
    "custom_data": ("PATCH /users/:userId/custom-data 200", "customData"),
    "profile": ("PATCH /users/:userId/profile 200", "profile"),
    "password": ("PATCH /users/:userId/password 200", None),
}
JOIN_CALL = "POST /organizations/:id/users 201"
LEAVE_CALL = "DELETE /organizations/:id/users/:userId 204"


class Webhooks:
    """The tenant's hooks, and what is sent to them.

    Args:
        deliveries: Takes what is to be sent.
    """

    def __init__(self, clock: Clock, deliveries: Deliveries) -> None:
        self.hooks: list[Hook] = []
        self._clock = clock
        self._deliveries = deliveries

    def send(
        self,
        event: str,
        fields: Mapping[str, Any],
        *,
        created_at: float | None = None,
        forged_signature: str | None = None,
    ) -> list[Delivery]:
        """Send ``event`` to every hook that is for it.

        Args:
            fields: The body without ``event``, ``createdAt`` and ``hookId``.
            created_at: When it happened, in seconds since the epoch; now unless given.
            forged_signature: Sent instead of the right one.
        """
        moment = self._clock.now() if created_at is None else created_at
        deliveries = [
            _delivery(hook, event, fields, moment, forged_signature)
            for hook in self.hooks
            if hook.enabled and event in hook.events
        ]
        for delivery in deliveries:
            self._deliveries.add(delivery)
        return deliveries

    async def test(
        self, hook: Hook, fields_of: Callable[[str], Mapping[str, Any]]
    ) -> list[Delivery]:
        """Send each of the events of ``hook``, which need not be one of the tenant's.

        Args:
            fields_of: Returns the body for an event.

        Returns:
            What has been answered.
        """
        now = self._clock.now()
        deliveries = [
            _delivery(hook, event, fields_of(event), now) for event in hook.events
        ]
        for delivery in deliveries:
            delivery.hook_id = None  # which is not counted
            self._deliveries.add(delivery)
        await self._deliveries.answered(deliveries)
        return deliveries


def _delivery(
    hook: Hook,
    event: str,
    fields: Mapping[str, Any],
    moment: float,
    forged_signature: str | None = None,
) -> Delivery:
    document = {
        "event": event,
        "createdAt": _written(moment),
        **fields,
        "hookId": hook.id,
    }
    body = json_bytes(document)
    return Delivery(
        what=event,
        url=hook.url,
        body=body,
        headers={
            SIGNATURE_HEADER: forged_signature or signature(hook.signing_key, body),
            "User-Agent": "Logto (https://logto.io/)",
            **hook.headers,
            "Content-Type": "application/json",
        },
        seconds=ANSWER_SECONDS,
        hook_id=hook.id,
    )


def by_interaction(
    event: str,
    user: Mapping[str, Any],
    application: Application,
    *,
    session_id: str,
    user_agent: str,
) -> dict[str, Any]:
    """Return the fields of an event that a person caused on Logto's pages."""
    shared = {
        "interactionEvent": "SignIn" if event == "PostSignIn" else "Register",
        "sessionId": session_id,
        **({"userAgent": user_agent} if user_agent else {}),
        "application": {
            "id": application.app_id,
            "type": application.type,
            "name": application.name,
            "description": None,
        },
    }
    if event.startswith("Post"):
        return {
            **shared,
            "userId": user["id"],
            "userIp": "127.0.0.1",
            "user": dict(user),
        }
    return {**shared, "ip": "127.0.0.1", "data": dict(user)}


def by_administrator(
    call: str, params: Mapping[str, str], **more: Any
) -> dict[str, Any]:
    """Return the fields of an event that a call of the Management API caused.

    Args:
        call: Method, route and status of the call.
        params: What the route's parameters may be; those it has not are left out.
        more: Further fields.
    """
    method, route, status = call.split()
    used = {name: value for name, value in params.items() if f":{name}" in route}
    path = route
    for name, value in used.items():
        path = path.replace(f":{name}", value)
    return {
        "ip": "127.0.0.1",
        "path": path,
        "method": method,
        "status": int(status),
        "params": used,
        "matchedRoute": route,
        **more,
    }


def about_user(
    event: str,
    user: Mapping[str, Any],
    password: str,
    *,
    changed: Collection[str] = (),
) -> dict[str, Any]:
    """Return the fields of an event about a user that an administrator caused.

    Args:
        changed: Names of the fields of a `Person` that were.
    """
    field_name = next(iter(changed)) if len(changed) == 1 else ""
    call, member = _FIELD_CALLS.get(field_name, (USER_CALLS[event], None))
    data = dict(user) if member is None else user[member]
    if member is None and event != "User.Deleted":
        data["hasPassword"] = bool(password)
    return by_administrator(call, {"userId": user["id"]}, data=data)


def _written(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
