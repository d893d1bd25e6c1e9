"""One person's data: everything that is kept about them here, to be told or removed.

A person is a user of the site with all their Logto accounts, or somebody whom only
webhooks have told of. The site's own user is the site's to tell and to remove.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, Model, QuerySet

from ..log import Event, log
from ..models import (
    LinkedIdentity,
    LogtoAccount,
    LogtoSession,
    SearchTerm,
    WebhookDelivery,
    on_primary,
)
from ..sessions.ending import end_sessions
from ..storable import storable
from ..webhook_events import ADDRESS_EVENTS
from .deadlocks import in_transaction
from .userinfo import withheld

#: What is told of each row, by the names of its columns. What is left out is a secret,
#: is made of what is told, or says nothing of a person.
TOLD: Mapping[type[Model], tuple[str, ...]] = {
    LogtoAccount: (
        "issuer",
        "subject",
        "userinfo",
        "is_suspended",
        "deleted_at",
        "has_deactivated_user",
        "changed_at",
        "part_changed_at",
        "created_at",
        "last_sign_in_at",
        "synced_at",
    ),
    LinkedIdentity: (
        "kind",
        "target",
        "provider_user_id",
        "name",
        "email",
        "avatar",
        "details",
        "first_seen_at",
        "synced_at",
        "unlinked_at",
        "has_token",
        "token_expires_at",
        "token_is_refreshable",
        "token_scope",
    ),
    SearchTerm: ("term",),
    LogtoSession: ("claims", "created_at", "updated_at"),
    WebhookDelivery: (
        "event",
        "subject",
        "hook_id",
        "body",
        "created_at",
        "received_at",
        "state",
        "attempts",
        "next_attempt_at",
        "handled_at",
        "failure",
    ),
}


class SeveralPeople(Exception):
    """A word that two people go by."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is: a user of the site, if there is one, and Logto's ids of theirs."""

    user: Any
    accounts: tuple[LogtoAccount, ...]
    subjects: tuple[str, ...]

    @property
    def sessions(self) -> QuerySet[LogtoSession]:
        """Their sessions at all their accounts."""
        return on_primary(LogtoSession).filter(account__in=self.accounts)

    @property
    def webhooks(self) -> QuerySet[WebhookDelivery]:
        """The webhooks about them, oldest first."""
        rows = on_primary(WebhookDelivery).filter(subject__in=self.subjects)
        # Some databases take subjects that differ in case for the same.
        exact = [row.pk for row in rows.only("subject") if row.subject in self.subjects]
        exact += _about_addresses(self._addresses())
        return on_primary(WebhookDelivery).filter(pk__in=exact).order_by("pk")

    def _addresses(self) -> set[str]:
        """Return what they could have typed to sign in."""
        names = ("email", "phone_number", "username")
        told = {
            account.userinfo.get(name) for account in self.accounts for name in names
        }
        return {one for one in told if isinstance(one, str) and one}

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind, by its name."""
        hanging = (LinkedIdentity, SearchTerm, LogtoSession)
        counted: dict[type[Model], int] = {
            LogtoAccount: len(self.accounts),
            **{model: _of(model, self.accounts).count() for model in hanging},
            WebhookDelivery: self.webhooks.count(),
        }
        return {str(m._meta.verbose_name_plural): n for m, n in counted.items()}


def _about_addresses(addresses: Collection[str]) -> list[Any]:
    """Return the webhooks that name nobody but an address, one of these."""
    rows = on_primary(WebhookDelivery).filter(event__in=ADDRESS_EVENTS)
    return [
        row.pk
        for row in rows.only("body").iterator()
        if json.loads(bytes(row.body)).get("value") in addresses
    ]


def find_person(word: str) -> Person | None:
    """Return who has that subject at Logto, or that username here; None when nobody.

    Raises:
        SeveralPeople: Two have.
    """
    with_subject = [
        account
        for account in on_primary(LogtoAccount).filter(subject=word)
        if account.subject == word
    ]
    users = {account.user_id for account in with_subject}
    users |= {user.pk for user in _users(word) if user.logto_accounts.exists()}
    if len(users) > 1:
        raise SeveralPeople(word)
    if not users:
        person = Person(None, (), (word,))
        return person if person.webhooks.exists() else None
    user = on_primary(get_user_model()).get(pk=users.pop())
    accounts = tuple(on_primary(LogtoAccount).filter(user=user).order_by("pk"))
    return Person(user, accounts, tuple(dict.fromkeys(a.subject for a in accounts)))


def told_about(person: Person) -> dict[str, Any]:
    """Return everything that is kept about a person, without secrets."""
    return {
        "user": None if person.user is None else str(person.user.pk),
        "accounts": [
            {
                **_told(account),
                "identities": _rows(LinkedIdentity, account),
                "search_terms": [row["term"] for row in _rows(SearchTerm, account)],
                "sessions": _rows(LogtoSession, account),
            }
            for account in person.accounts
        ],
        "webhooks": [_told(row) for row in person.webhooks.iterator()],
    }


def erase(person: Person) -> None:
    """End a person's sessions and remove what is kept about them; not their user."""
    for account in person.accounts:
        in_transaction(lambda row=account: _erase_account(row))  # type: ignore[misc]
    person.webhooks.delete()
    log(
        Event.PERSON_ERASED,
        user=None if person.user is None else person.user.pk,
        accounts=len(person.accounts),
    )


def _erase_account(account: LogtoAccount) -> None:
    rows = on_primary(LogtoAccount).filter(pk=account.pk)
    # A write comes first, for SQLite; then nobody can begin a session of the account's
    # while the others end.
    rows.update(key=F("key"))
    rows.select_for_update().values_list("pk").first()
    end_sessions(on_primary(LogtoSession).filter(account=account))
    rows.delete()


def _users(word: str) -> Iterator[Any]:
    model = get_user_model()
    name = model.USERNAME_FIELD
    for user in on_primary(model).filter(**{name: word}):
        if user.get_username() == word:
            yield user


def _of(model: type[Any], accounts: tuple[LogtoAccount, ...]) -> QuerySet[Any]:
    rows: QuerySet[Any] = on_primary(model).filter(account__in=accounts)
    return rows.order_by("pk")


def _rows(model: type[Model], account: LogtoAccount) -> list[dict[str, Any]]:
    return [_told(row) for row in _of(model, (account,)).defer(*_unread(model))]


def _unread(model: type[Model]) -> tuple[str, ...]:
    """Return what does not even leave the database: sealed tokens."""
    return ("tokens",) if model is LogtoSession else ()


def _told(row: Model) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in TOLD[type(row)]}
    if "body" in told:
        told["body"] = storable(json.loads(bytes(told["body"])))
    clean: dict[str, Any] = withheld(told)
    return clean
