"""Which local user a verified Logto user is: (issuer, sub), and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, router, transaction
from django.utils import timezone

from ..errors import AccountNotCreated, SignInNotAllowed
from ..log import Event, log
from ..models import LogtoAccount, account_key, on_primary
from .mirroring import mirror_known, mirror_new
from .userinfo import digest, document_of
from .users import new_users

if TYPE_CHECKING:
    from ..engine.verification import VerifiedClaims
    from ..hooks import Hooks


def resolve_account(
    claims: VerifiedClaims, userinfo: Mapping[str, Any], hooks: Hooks
) -> tuple[LogtoAccount, bool]:
    """Return the account of a verified Logto user, created with its user when new.

    A known account costs one SELECT, and what `mirror_known` writes. Reads happen
    outside the transaction, so that its first statement is a write: SQLite
    cannot turn a reader into a writer while others write.

    Returns:
        The account, and whether it was created.

    Raises:
        SignInNotAllowed: The site says no; nothing was written.
        AccountNotCreated: The user model refuses the new user.
    """
    key = account_key(claims.issuer, claims.subject)
    document = document_of(userinfo)
    account = _find(key)
    _ask(hooks, account.user if account is not None else None)
    if account is None:
        return _create(key, claims, document, hooks)
    mirror_known(account, document)
    return account, False


def _ask(hooks: Hooks, user: object) -> None:
    # `object`, because what a site's method returns is the site's affair.
    answer: object = hooks.may_sign_in(user)
    if not isinstance(answer, bool):
        raise TypeError(f"may_sign_in() must return True or False, not {answer!r}")
    if not answer:
        raise SignInNotAllowed()


def _find(key: str) -> LogtoAccount | None:
    return on_primary(LogtoAccount).select_related("user").filter(key=key).first()


def _create(
    key: str, claims: VerifiedClaims, document: Mapping[str, Any], hooks: Hooks
) -> tuple[LogtoAccount, bool]:
    cause = ""
    user: Any
    for user in new_users(hooks, key):
        account = LogtoAccount(
            key=key,
            issuer=claims.issuer,
            subject=claims.subject,
            userinfo=document,
            userinfo_digest=digest(document),
            last_sign_in_at=timezone.now(),
        )
        try:
            with transaction.atomic(using=router.db_for_write(LogtoAccount)):
                user.save()
                account.user = user
                account.save(force_insert=True)
                mirror_new(account)
        except IntegrityError as error:
            # A parallel first sign-in of the same Logto user won, or the username was
            # taken meanwhile. Only (issuer, sub) finds a user here.
            winner = _find(key)
            if winner is not None:
                return winner, False
            cause = type(error).__name__
            continue
        except (DataError, ValidationError) as error:
            cause = type(error).__name__
            break
        log(Event.USER_CREATED, user=user.pk, account=key[:12])
        return account, True
    raise AccountNotCreated(
        "the user model refused a user with the fields that Logto gives", reason=cause
    )
