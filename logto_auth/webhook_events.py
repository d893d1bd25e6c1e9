"""Logto's webhook events: their names, and one of them as it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: All that changes a user.
USER_EVENTS = (
    "User.Created",
    "User.Deleted",
    "User.Data.Updated",
    "User.SuspensionStatus.Updated",
)
#: All that changes who is in which organization, and what that is called.
ORGANIZATION_EVENTS = (
    "Organization.Membership.Updated",
    "Organization.Data.Updated",
    "Organization.Deleted",
)
#: What changes something here.
TAKEN_EVENTS = (*USER_EVENTS, *ORGANIZATION_EVENTS)
#: What tells of somebody by what they have typed, as their ``value``.
ADDRESS_EVENTS = ("Identifier.Lockout", "Message.RateLimited")
EVENTS = (
    "PostRegister",
    "PostSignIn",
    "PostSignInAdaptiveMfaTriggered",
    "PostResetPassword",
    *USER_EVENTS,
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


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """One event, checked as far as every event is alike.

    Args:
        name: One of ``EVENTS``, or one that Logto has learned since.
        hook_id: The webhook in Logto that it was sent for.
        created_at: When it happened, by Logto's clock.
        document: The whole body, decoded.
    """

    name: str
    hook_id: str
    created_at: datetime
    document: Mapping[str, Any] = field(repr=False)

    @property
    def is_known(self) -> bool:
        """Whether this release knows what it means."""
        return self.name in EVENTS

    @property
    def data(self) -> Any:
        """What has changed, as it is now: a document, a part of one, or None."""
        return self.document.get("data")

    @property
    def user(self) -> Mapping[str, Any] | None:
        """The whole user that it is about, None where Logto tells only a part or none.

        Calls that change one member of a user tell that member alone.
        """
        told = self.data if self.name in USER_EVENTS else self.document.get("user")
        if isinstance(told, Mapping) and {"id", "updatedAt"} <= told.keys():
            return told
        return None

    @property
    def user_id(self) -> str:
        """Logto's id of the user that it is about, empty where it is about none."""
        params = self.document.get("params")
        candidates = (
            self.user.get("id") if self.user else None,
            params.get("userId") if isinstance(params, Mapping) else None,
            self.document.get("userId"),
        )
        return _first_text(candidates)

    @property
    def organization_id(self) -> str:
        """Logto's id of the organization that it is about, empty where it is none."""
        if not self.name.startswith("Organization."):
            return ""
        params, data = self.document.get("params"), self.data
        return _first_text(
            (
                self.document.get("organizationId"),
                data.get("id") if isinstance(data, Mapping) else None,
                params.get("id") if isinstance(params, Mapping) else None,
            )
        )

    @property
    def subject(self) -> str:
        """Whom or what it is about, as far as that has an id."""
        return self.organization_id or self.user_id


def _first_text(candidates: Iterable[object]) -> str:
    found = (item for item in candidates if isinstance(item, str) and item)
    return next(found, "")
