"""The stored side of a Logto user follows what Logto tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import router, transaction
from django.db.models import Q
from django.utils import timezone

from ..conf import KEEP, logto_settings
from ..errors import AccountNotCreated
from ..models import LogtoAccount, on_primary
from ..moment import moment
from ..storable import storable
from .deadlocks import in_transaction
from .identities import Told, told_in_userinfo, told_with_tokens, write_identities
from .search_terms import identity_terms, rewrite_terms, terms_of, write_terms
from .userinfo import digest

#: Sign-ins this close to the last one, those of other tabs mostly, do not write the
#: time again.
SAME_SIGN_IN = timedelta(minutes=5)
_MAX_TRIES = 5
_COMPARED = (
    "userinfo",
    "userinfo_digest",
    "last_sign_in_at",
    "changed_at",
    "part_changed_at",
    "is_suspended",
    "deleted_at",
    "has_deactivated_user",
)


def mirror_new(account: LogtoAccount) -> None:
    """Write identities and search terms of an account that was just inserted.

    Call it in the same transaction. Two statements when there are identities.
    """
    told = told_in_userinfo(account.userinfo)
    write_identities(account, told, gone=())
    write_terms(account, new=terms_of(account.userinfo))


def mirror_known(
    account: LogtoAccount,
    document: Mapping[str, Any],
    *,
    asked_at: datetime | None,
    is_sign_in: bool = True,
) -> bool:
    """Bring a known account up to date with what userinfo tells now.

    When the document is unchanged, one UPDATE at most. Otherwise the account is
    compared and swapped, so that parallel sign-ins of one person write one after the
    other and each in full: rows never show one document and identities of another.

    Args:
        asked_at: When Logto was asked, at the latest; None when nobody knows.
        is_sign_in: Whether they have just signed in, which is noted too.

    Returns:
        False when Logto has told of something later already.

    Raises:
        AccountNotCreated: The account was deleted meanwhile.
    """
    current = digest(document)
    told_at = moment(document.get("updated_at")) or asked_at or account.changed_at
    for _ in range(_MAX_TRIES):
        is_current = not _is_outdated(account, told_at)
        if account.userinfo_digest == current or not is_current:
            if is_sign_in:
                is_current &= _note_sign_in(account, told_at)
            return is_current
        fields: dict[str, Any] = {"changed_at": told_at}
        if is_sign_in:
            fields |= _signed_in_fields(account)
        if swap_document(account, document, nothing_later(told_at), **fields):
            return True
        read_again(account)
    return False


def mirror_identities(account: LogtoAccount, answer: Mapping[str, Any]) -> None:
    """Write linked identities and the state of their provider tokens.

    Userinfo does not tell of tokens; Logto's Management API does, their metadata only.

    Args:
        answer: To ``GET /api/users/:id/all-identities?includeTokenSecret=true``.

    Raises:
        LogtoAccount.DoesNotExist: The account was deleted meanwhile.
    """
    told = told_with_tokens(storable(answer))
    with transaction.atomic(using=router.db_for_write(LogtoAccount)):
        # The row is held, and the next sign-in compares with nothing from before.
        fields = {"synced_at": timezone.now(), "userinfo_digest": ""}
        if not on_primary(LogtoAccount).filter(pk=account.pk).update(**fields):
            raise LogtoAccount.DoesNotExist
        write_identities(account, told)
        rewrite_terms(account)
    for name, value in fields.items():
        setattr(account, name, value)


def swap_document(
    account: LogtoAccount,
    document: Mapping[str, Any],
    guard: Q | None = None,
    **fields: Any,
) -> bool:
    """Write another document, with identities and search terms, in one transaction.

    Args:
        guard: What else the row has to be like.
        fields: Other columns to set with it.

    Returns:
        False when somebody else has written since the account was read, or the guard
        does not hold.
    """
    return in_transaction(lambda: _swapped(account, document, guard or Q(), fields))


def _swapped(
    account: LogtoAccount,
    document: Mapping[str, Any],
    guard: Q,
    others: Mapping[str, Any],
) -> bool:
    before, was_written = account.userinfo, bool(account.userinfo_digest)
    fields = {
        "userinfo": document,
        "userinfo_digest": digest(document),
        "synced_at": timezone.now(),
        **others,
    }
    rows = on_primary(LogtoAccount).filter(
        guard, pk=account.pk, userinfo_digest=account.userinfo_digest
    )
    if not rows.update(**fields):
        return False
    for name, value in fields.items():
        setattr(account, name, value)
    _write_changed(account, before if was_written else None)
    return True


def nothing_later(told_at: datetime | None) -> Q:
    """Return the condition that nothing later than that is known of an account."""
    known = Q(changed_at=None)
    return known if told_at is None else known | Q(changed_at__lte=told_at)


def _is_outdated(account: LogtoAccount, told_at: datetime | None) -> bool:
    known = account.changed_at
    return known is not None and (told_at is None or told_at < known)


def _write_changed(account: LogtoAccount, before: Mapping[str, Any] | None) -> None:
    """Write identities and terms where they differ from those of ``before``.

    Args:
        before: None when what the database holds is not known.
    """
    told, terms = told_in_userinfo(account.userinfo), terms_of(account.userinfo)
    if before is None:
        write_identities(account, told)
        rewrite_terms(account)
        return
    told_before, known = told_in_userinfo(before), terms_of(before)
    if told != told_before:
        is_comparable = told.keys() <= told_before.keys()
        gone = _keys(told_before) - _keys(told) if is_comparable else None
        write_identities(account, told, gone=gone)
    write_terms(
        account,
        new=terms - known,
        gone=known - terms - identity_terms(_still_stored(told_before, told)),
    )


def _still_stored(before: Told, now: Told) -> Told:
    """Return the identities of ``before`` that have rows, linked or not."""
    if logto_settings.UNLINKED_IDENTITIES == KEEP:
        return before
    return {kind: listed for kind, listed in before.items() if kind not in now}


def _keys(told: Told) -> set[str]:
    return {identity.key for listed in told.values() for identity in listed}


def _note_sign_in(account: LogtoAccount, told_at: datetime | None) -> bool:
    """Return whether nothing later was known, neither then."""
    last = account.last_sign_in_at
    is_recent = last is not None and timezone.now() - last < SAME_SIGN_IN
    is_in = not account.is_suspended and account.deleted_at is None
    fields = _signed_in_fields(account)
    if not fields or (is_recent and is_in):
        return True
    stored = on_primary(LogtoAccount).filter(pk=account.pk)
    fields["changed_at"] = told_at
    if stored.filter(nothing_later(told_at)).update(**fields):
        for name, value in fields.items():
            setattr(account, name, value)
        return True
    # They were let in before something happened of which Logto has told since.
    stored.update(last_sign_in_at=fields["last_sign_in_at"])
    read_again(account)
    return False


def _signed_in_fields(account: LogtoAccount) -> dict[str, Any]:
    """Return what a sign-in says of an account; nothing of a user who is refused.

    Whom Logto has had switched off is not refused when it lets them in.
    """
    is_active = getattr(account.user, "is_active", True)
    if not is_active and not account.has_deactivated_user:
        return {}
    # Logto does not let suspended users in, nor those that it has not.
    return {
        "last_sign_in_at": timezone.now(),
        "is_suspended": False,
        "deleted_at": None,
    }


def read_again(account: LogtoAccount) -> None:
    """Read what somebody else has written.

    Raises:
        AccountNotCreated: The account was deleted meanwhile.
    """
    stored = on_primary(LogtoAccount).filter(pk=account.pk)
    row = stored.values(*_COMPARED).first()
    if row is None:
        raise AccountNotCreated(reason="deleted")
    for name, value in row.items():
        setattr(account, name, value)
