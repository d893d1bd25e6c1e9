"""Logto got another address, a custom domain perhaps: its accounts follow.

The issuer is one half of who somebody is, so without this every person would be
somebody new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import IntegrityError, router, transaction

from ..conf import ISSUER_PATH, endpoint
from ..engine.issuer import issuer_of
from ..log import Event, log
from ..models import LogtoAccount, account_key, on_primary
from ..setting_kinds import address

CHUNK = 500
_MAX_TRIES = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """An account that stays as it is, because another one is at its new place.

    Whose that one is, ``taken_by``, may be somebody else: nobody is made one with
    another person.
    """

    subject: str
    user_id: Any
    taken_by: Any

    def __str__(self) -> str:
        return f"{self.subject}, user {self.user_id}; at the new issuer {self.taken_by}"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What became of up to ``CHUNK`` accounts."""

    changed: int
    kept: tuple[Kept, ...]


def issuer_at(text: str) -> str:
    """Return the issuer that is meant by an endpoint or by an issuer.

    Raises:
        ValueError: It is no address; says what is expected.
    """
    parts = urlsplit(address(text))
    plain = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower())
    issuer = issuer_of(endpoint(urlunsplit(plain).removesuffix(ISSUER_PATH)))
    longest = LogtoAccount._meta.get_field("issuer").max_length
    if longest is not None and len(issuer) > longest:
        raise ValueError(f"must not be longer than {longest} characters.")
    return issuer


def known_issuers() -> list[str]:
    """Return issuers that accounts have; reads them all."""
    issuers = (
        on_primary(LogtoAccount).order_by("issuer").values_list("issuer", flat=True)
    )
    return list(issuers.distinct())


def change_issuer(old: str, new: str, *, dry_run: bool = False) -> Iterator[Chunk]:
    """Give the accounts of one issuer to another, chunk by chunk.

    Each chunk commits by itself: what was broken off goes on when it is called again.
    Three statements for a chunk, some more where one takes fewer values.

    Args:
        dry_run: Only look.
    """
    accounts = (
        on_primary(LogtoAccount)
        .filter(issuer=old)
        .only("pk", "issuer", "subject", "user_id")
        .order_by("pk")
    )
    rest, changed, kept = accounts, 0, 0
    try:
        while found := list(rest[:CHUNK]):
            chunk = _changed(old, new, found, dry_run=dry_run)
            changed, kept = changed + chunk.changed, kept + len(chunk.kept)
            yield chunk
            rest = accounts.filter(pk__gt=found[-1].pk)
    finally:
        if changed and not dry_run:
            log(Event.ISSUER_CHANGED, old=old, new=new, changed=changed, kept=kept)


def _changed(old: str, new: str, found: list[LogtoAccount], *, dry_run: bool) -> Chunk:
    # Some databases find an issuer in other letters too.
    accounts = {account_key(new, a.subject): a for a in found if a.issuer == old}
    rows = on_primary(LogtoAccount).filter(key__in=list(accounts))
    for tries_left in range(_MAX_TRIES, 0, -1):
        taken = dict(rows.values_list("key", "user_id"))
        free = {key: a for key, a in accounts.items() if key not in taken}
        try:
            if not dry_run:
                _write(new, free)
        except IntegrityError:
            # Somebody has just signed in at the new address for the first time.
            if tries_left == 1:
                raise
        else:
            break
    kept = [(accounts[key], user_id) for key, user_id in taken.items()]
    return Chunk(len(free), tuple(Kept(a.subject, a.user_id, by) for a, by in kept))


def _write(new: str, accounts: dict[str, LogtoAccount]) -> None:
    """Write issuer and key, all of them or none."""
    for key, account in accounts.items():
        account.key, account.issuer = key, new
    with transaction.atomic(using=router.db_for_write(LogtoAccount)):
        on_primary(LogtoAccount).bulk_update(accounts.values(), ["key", "issuer"])
