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
from ..errors import AccountNotCreated, AccountNotUpdated
from ..hooks import Hooks
from ..models import LogtoAccount, account_key, on_primary
from ..moment import moment, stored
from ..webhook_events import USER_EVENTS, WebhookEvent
from .memberships import (
    change_memberships,
    forget_organization,
    rename_organization,
    told_since,
)
from .mirroring import nothing_later, read_again, swap_document
from .suspension import follow
from .user_entity import document_with
from .users import update_user

#: Calls that change one member of a user and tell of nothing else.
_PARTS = {
    "/users/:userId/custom-data": "customData",
    "/users/:userId/profile": "profile",
}


_MAX_TRIES = 20


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
            if any(told_since(event)):
                return Outcome.OLDER
            return _outcome(changes=rename_organization(told))
        case "Organization.Deleted":
            return _outcome(changes=forget_organization(event.organization_id))
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
    told = event.user
    if account.deleted_at is not None:
        outcome = Outcome.OLDER  # Logto gives no id twice
    elif told is not None:
        outcome = _write_user(account, told, event)
    else:
        outcome = _write_part(account, event)
    # Also where nothing is new: who was to do it before may have died.
    _follow(account)
    return outcome


def _write_user(
    account: LogtoAccount, user: Mapping[str, Any], event: WebhookEvent
) -> Outcome:
    """Take over a whole user, unless a later one is known."""
    changed_at, created_at = moment(user.get("updatedAt")), stored(event.created_at)
    if changed_at is None:
        return Outcome.IGNORED
    fields: dict[str, Any] = {"changed_at": changed_at}
    if isinstance(user.get("isSuspended"), bool):
        fields["is_suspended"] = user["isSuspended"]
    for _ in range(_MAX_TRIES):
        if account.changed_at is not None and account.changed_at > changed_at:
            return Outcome.OLDER
        part_changed_at = account.part_changed_at
        is_before_part = part_changed_at is not None and created_at < part_changed_at
        told = {
            member: value
            for member, value in user.items()
            if not (is_before_part and member in _PARTS.values())
        }
        outcome = _written(account, told, nothing_later(changed_at), fields)
        if outcome is not None:
            return outcome
    raise AccountNotUpdated(reason="contended")


def _write_part(account: LogtoAccount, event: WebhookEvent) -> Outcome:
    """Take over one member of a user, unless a later one, or user, is known.

    Of when the user is it tells nothing but when the event was made, which is a moment
    after the change: a user who was changed in between is the newer one.
    """
    member = _PARTS.get(str(event.document.get("matchedRoute")))
    if member is None or not isinstance(event.data, Mapping):
        return Outcome.IGNORED
    told, created_at = {member: event.data}, stored(event.created_at)
    newest = Q(part_changed_at=None) | Q(part_changed_at__lte=created_at)
    is_wanted = newest & nothing_later(created_at)
    for _ in range(_MAX_TRIES):
        known = [account.changed_at, account.part_changed_at]
        if any(moment is not None and moment > created_at for moment in known):
            return Outcome.OLDER
        fields = {"part_changed_at": created_at}
        outcome = _written(account, told, is_wanted, fields)
        if outcome is not None:
            return outcome
    raise AccountNotUpdated(reason="contended")


def _written(
    account: LogtoAccount,
    told: Mapping[str, Any],
    is_wanted: Q,
    fields: Mapping[str, Any],
) -> Outcome | None:
    """Write what was told; None when the account is not as it was read."""
    document = document_with(account.userinfo, told)
    is_same = document == account.userinfo and all(
        getattr(account, name) == value for name, value in fields.items()
    )
    if is_same:
        return Outcome.UNCHANGED
    if swap_document(account, document, is_wanted & Q(deleted_at=None), **fields):
        return Outcome.CHANGED
    read_again(account)
    return Outcome.OLDER if account.deleted_at is not None else None


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
    since = list(told_since(event))
    if any(told.get("event") == "Organization.Deleted" for told in since):
        return Outcome.OLDER
    names = ("addedUserIds", "removedUserIds")
    later = {one for told in since for name in names for one in _ids(told.get(name))}
    added, removed = (
        [one for one in _ids(event.document.get(name)) if one not in later]
        for name in names
    )
    return _outcome(
        changes=change_memberships(
            issuer, event.organization_id, added=added, removed=removed
        )
    )


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
