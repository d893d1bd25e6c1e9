"""Who is a member of which organization, where webhooks tell that it has changed.

What is stored is what userinfo told last. What an ID token says stands in the session
until the next refresh.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet

from ..conf import logto_settings
from ..engine.token_claims import is_identifier
from ..errors import AccountNotUpdated
from ..models import LogtoAccount, WebhookDelivery, account_key, on_primary
from ..moment import stored
from ..webhook_events import WebhookEvent
from .mirroring import read_again, swap_document

Document = Mapping[str, Any]
Change = Callable[[Document], Document]
_SCOPE = "urn:logto:scope:organizations"
_DELETED = "Organization.Deleted"
_NAMED = ("Organization.Created", "Organization.Data.Updated", _DELETED)
#: What says something later of the same; a deletion of everything.
_OVERTAKEN_BY: Mapping[str, tuple[str, ...]] = {
    "Organization.Membership.Updated": ("Organization.Membership.Updated", _DELETED),
    **dict.fromkeys(_NAMED[:2], _NAMED),
}
_MANY = 500
_MAX_TRIES = 20


def change_memberships(
    issuer: str, organization_id: str, *, added: list[str], removed: list[str]
) -> bool:
    """Note who has joined and left an organization.

    Args:
        added: Logto's ids of users; those that nobody here has play no part.

    Returns:
        Whether anything has changed here.
    """
    changes = False
    if not is_identifier(organization_id):
        return changes
    for account in _accounts(issuer, added):
        changes |= _rewrite(account, partial(_joined, organization_id=organization_id))
    leave = partial(without_organization, organization_id=organization_id)
    for account in _accounts(issuer, removed):
        changes |= _rewrite(account, leave)
    return changes


def told_since(event: WebhookEvent) -> Iterator[Mapping[str, Any]]:
    """Yield what webhooks have told of the same of an organization since.

    They carry no version of what they tell, and one that has failed is handled again
    after those that came later.
    """
    if is_identifier(event.organization_id):
        rows = on_primary(WebhookDelivery).filter(
            event__in=_OVERTAKEN_BY[event.name],
            subject=event.organization_id,
            created_at__gt=stored(event.created_at),
        )
        for body in rows.values_list("body", flat=True).iterator():
            yield json.loads(bytes(body))


def rename_organization(organization: Mapping[str, Any]) -> bool:
    """Note what an organization is called now; return whether it changes anything."""
    wanted = {name: organization.get(name) for name in ("id", "name", "description")}

    def renamed(document: Document) -> Document:
        listed = _listed(document, "organization_data")
        return {
            **document,
            "organization_data": [
                {**item, **wanted} if _id(item) == wanted["id"] else item
                for item in listed
            ],
        }

    return _rewrite_members(str(organization.get("id", "")), renamed)


def forget_organization(organization_id: str) -> bool:
    """Note that there is no such organization; return whether it changes anything."""
    return _rewrite_members(
        organization_id,
        lambda document: without_organization(document, organization_id),
    )


def without_organization(document: Document, organization_id: str) -> Document:
    """Return a document of somebody who is no member of that organization."""
    kept: dict[str, Any] = dict(document)
    of_it = f"{organization_id}:"
    tests: Mapping[str, Callable[[Any], bool]] = {
        "organizations": lambda item: item == organization_id,
        "organization_data": lambda item: _id(item) == organization_id,
        "organization_roles": lambda item: str(item).startswith(of_it),
    }
    for name, is_of_it in tests.items():
        if name in document:
            kept[name] = [i for i in _listed(document, name) if not is_of_it(i)]
    return kept


def _joined(document: Document, organization_id: str) -> Document:
    listed = _listed(document, "organizations")
    if organization_id in listed:
        return document
    return {**document, "organizations": [*listed, organization_id]}


def _rewrite_members(organization_id: str, change: Change) -> bool:
    changes = False
    # Databases refuse to look for some of what is none.
    if is_identifier(organization_id):
        # As text: not every database looks into lists. Some are found in vain.
        rows = on_primary(LogtoAccount).filter(
            userinfo__organizations__icontains=organization_id
        )
        for account in _each(rows):
            changes |= _rewrite(account, change)
    return changes


def _rewrite(account: LogtoAccount, change: Change) -> bool:
    if _SCOPE not in logto_settings.SCOPES:
        return False
    for _ in range(_MAX_TRIES):
        document = dict(change(account.userinfo))
        if document == account.userinfo:
            return False
        if swap_document(account, document):
            return True
        read_again(account)
    raise AccountNotUpdated(reason="contended")


def _accounts(issuer: str, ids: list[str]) -> Iterator[LogtoAccount]:
    keys = [account_key(issuer, one) for one in ids]
    for start in range(0, len(keys), _MANY):
        rows = on_primary(LogtoAccount).filter(key__in=keys[start : start + _MANY])
        yield from _each(rows)


def _each(rows: QuerySet[LogtoAccount]) -> Iterator[LogtoAccount]:
    """Yield accounts in pages, so that no cursor is open while they are written."""
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:_MANY]):
        yield from page
        last = page[-1].pk


def _listed(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []


def _id(item: Any) -> Any:
    return item.get("id") if isinstance(item, Mapping) else None
