"""Logto's webhooks: which there are, what they say, and how they are signed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .answers import json_bytes
from .application import Application
from .clock import Clock
from .delivery import Deliveries, Delivery

ANSWER_SECONDS = 10
SIGNATURE_HEADER = "logto-signature-sha-256"
EVENTS = (
    "PostRegister",
    "PostSignIn",
    "PostSignInAdaptiveMfaTriggered",
    "PostResetPassword",
    "User.Created",
    "User.Deleted",
    "User.Data.Updated",
    "User.SuspensionStatus.Updated",
    "Role.Created",
    "Role.Deleted",
    "Role.Data.Updated",
    "Role.Scopes.Updated",
    "Scope.Created",
    "Scope.Deleted",
    "Scope.Data.Updated",
    "Organization.Created",
    "Organization.Deleted",
    "Organization.Data.Updated",
    "Organization.Membership.Updated",
    "OrganizationRole.Created",
    "OrganizationRole.Deleted",
    "OrganizationRole.Data.Updated",
    "OrganizationRole.Scopes.Updated",
    "OrganizationScope.Created",
    "OrganizationScope.Deleted",
    "OrganizationScope.Data.Updated",
    "Identifier.Lockout",
    "Message.RateLimited",
    "Grant.LimitExceeded",
)
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
_LETTERS = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


@dataclass
class Hook:
    """A webhook as Logto's Console would let an administrator make one.

    Args:
        url: Where it is sent.
        events: What it is sent for.
        signing_key: Text that bodies are signed with.
        headers: Sent as well.
    """

    url: str
    events: Sequence[str] = EVENTS
    signing_key: str = field(default_factory=lambda: _random(32), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    id: str = field(default_factory=lambda: _random(21).lower())


def signature(signing_key: str, body: bytes) -> str:
    """Return what `SIGNATURE_HEADER` says of ``body``: its HMAC-SHA256 in hex."""
    return hmac.new(signing_key.encode(), body, hashlib.sha256).hexdigest()


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
        deliveries = []
        for hook in self.hooks:
            if not hook.enabled or event not in hook.events:
                continue
            document = {
                "event": event,
                "createdAt": _written(moment),
                **fields,
                "hookId": hook.id,
            }
            body = json_bytes(document)
            delivery = Delivery(
                what=event,
                url=hook.url,
                body=body,
                headers={
                    SIGNATURE_HEADER: forged_signature
                    or signature(hook.signing_key, body),
                    "User-Agent": "Logto (https://logto.io/)",
                    **hook.headers,
                    "Content-Type": "application/json",
                },
                seconds=ANSWER_SECONDS,
            )
            self._deliveries.add(delivery)
            deliveries.append(delivery)
        return deliveries


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
