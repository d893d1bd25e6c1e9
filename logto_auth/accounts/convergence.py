"""What is here becomes what Logto tells, by events in any order and any number.

Newest wins, by Logto's own clock, and what is told twice is as good as told once. Who
has never signed in here is nobody: accounts are made at a sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from ..conf import logto_settings
from ..engine.issuer import issuer_of
from ..errors import AccountNotCreated
from ..hooks import Hooks
from ..models import LogtoAccount, account_key, on_primary
from ..moment import moment, stored
from ..webhook_events import USER_EVENTS, WebhookEvent
from .memberships import change_memberships, forget_organization, rename_organization
from .mirroring import nothing_later, read_again, swap_document
from .suspension import follow
from .user_entity import document_with
from .users import update_user

#: Calls that change one member of a user and tell of nothing else.
_PARTS = {
    "/users/:userId/custom-data": "customData",
    "/users/:userId/profile": "profile",
}


class Outcome(StrEnum):
    """What an event has changed here, for the log."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OLDER = "older"
    UNKNOWN = "unknown"
    IGNORED = "ignored"


def converge(event: WebhookEvent) -> Outcome:
    """Take over what an event tells.

    Raises:
        DatabaseError, LogtoError: It could not be; nothing speaks against trying again.
    """
    issuer = issuer_of(logto_settings.ENDPOINT)
    match event.name:
        case "Organization.Membership.Updated":
            return _members(issuer, event)
        case "Organization.Data.Updated" | "Organization.Created":
            told = event.data if isinstance(event.data, Mapping) else {}
            return _outcome(changes=rename_organization(told))
        case "Organization.Deleted":
            return _outcome(changes=forget_organization(_organization_id(event)))
    if event.name not in USER_EVENTS and event.user is None:
        return Outcome.IGNORED
    account = _account(issuer, event.user_id)
    if account is None:
        return Outcome.UNKNOWN
    try:
        return _converge_user(account, event)
    except AccountNotCreated:
        return Outcome.UNKNOWN  # deleted here meanwhile


def _converge_user(account: LogtoAccount, event: WebhookEvent) -> Outcome:
    if event.name == "User.Deleted":
        return _delete(account, stored(event.created_at))
    if account.deleted_at is not None:
        return Outcome.OLDER  # Logto gives no id twice
    told, changed_at = _told(event)
    if not told or changed_at is None:
        return Outcome.IGNORED
    outcome = _write(account, told, changed_at)
    if outcome is not Outcome.OLDER:
        # Also where nothing is new: the time before may have ended in between.
        _follow(account)
    return outcome


def _told(event: WebhookEvent) -> tuple[Mapping[str, Any], datetime | None]:
    """Return what of a user an event tells, and of when that is."""
    if event.user is not None:
        return event.user, moment(event.user.get("updatedAt"))
    member = _PARTS.get(str(event.document.get("matchedRoute")))
    if member is None or not isinstance(event.data, Mapping):
        return {}, None
    return {member: event.data}, stored(event.created_at)


def _write(
    account: LogtoAccount, told: Mapping[str, Any], changed_at: datetime
) -> Outcome:
    is_wanted = nothing_later(changed_at) & Q(deleted_at=None)
    suspended = told.get("isSuspended")
    while True:
        if account.deleted_at is not None or (
            account.changed_at is not None and account.changed_at > changed_at
        ):
            return Outcome.OLDER
        document = document_with(account.userinfo, told)
        fields: dict[str, Any] = {"changed_at": changed_at}
        if isinstance(suspended, bool):
            fields["is_suspended"] = suspended
        is_same = document == account.userinfo and all(
            getattr(account, name) == value for name, value in fields.items()
        )
        if is_same:
            return Outcome.UNCHANGED
        if swap_document(account, document, is_wanted, **fields):
            return Outcome.CHANGED
        read_again(account)


def _follow(account: LogtoAccount) -> None:
    """Let the user be as the account is, also if it changes meanwhile."""
    known = None
    while not follow(account) and known != (known := account.userinfo_digest):
        # The site's own hooks need a visitor's request; they have their say at sign-in.
        update_user(account.user, Hooks(HttpRequest(), account.userinfo))


def _delete(account: LogtoAccount, happened_at: datetime) -> Outcome:
    rows = on_primary(LogtoAccount).filter(pk=account.pk, deleted_at=None)
    # A sign-in from before does not undo it; one from after is of a Logto that has
    # them again, from a backup.
    changed_at = max(account.changed_at or happened_at, happened_at)
    is_new = bool(rows.update(deleted_at=timezone.now(), changed_at=changed_at))
    read_again(account)
    _follow(account)
    return _outcome(changes=is_new)


def _members(issuer: str, event: WebhookEvent) -> Outcome:
    told = event.document
    return _outcome(
        changes=change_memberships(
            issuer,
            _organization_id(event),
            added=_ids(told.get("addedUserIds")),
            removed=_ids(told.get("removedUserIds")),
        )
    )


def _organization_id(event: WebhookEvent) -> str:
    params, data = event.document.get("params"), event.data
    candidates = (
        event.document.get("organizationId"),
        data.get("id") if isinstance(data, Mapping) else None,
        params.get("id") if isinstance(params, Mapping) else None,
    )
    return next((one for one in candidates if isinstance(one, str)), "")


def _ids(told: object) -> list[str]:
    listed = told if isinstance(told, list) else []
    return [one for one in listed if isinstance(one, str)]


def _account(issuer: str, subject: str) -> LogtoAccount | None:
    if not subject:
        return None
    rows = on_primary(LogtoAccount).select_related("user")
    return rows.filter(key=account_key(issuer, subject)).first()


def _outcome(*, changes: bool) -> Outcome:
    return Outcome.CHANGED if changes else Outcome.UNCHANGED
