"""Which local user a verified Logto user is: (issuer, sub), and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, router, transaction
from django.db.models import Model
from django.utils import timezone

from ..conf import logto_settings
from ..errors import AccountNotCreated, AccountUnknown, UserFieldsMissing
from ..log import Event, log
from ..models import LogtoAccount, account_key, on_primary
from ..moment import moment
from .admission import ask_site, may_join, require_claims
from .deadlocks import in_transaction
from .fields import unfilled
from .joining import hold, joinable_user, tell_not_joined
from .mirroring import mirror_known, mirror_new
from .suspension import follow
from .userinfo import digest, document_of
from .users import new_users, update_user

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
        The account, and whether its user was created.

    Raises:
        SignInNotAllowed: The site says no; nothing was written.
        AccountUnknown: The account is new, and ``CREATE_USERS`` is off.
        UserFieldsMissing: The user model wants more than claims and hooks give.
        AccountNotCreated: The user model refuses the new user.
        AccountNotUpdated: It refuses what a known user is to have.
    """
    require_claims(hooks.claims)
    key = account_key(claims.issuer, claims.subject)
    document = document_of(userinfo)
    account = find_account(key)
    if account is None:
        return _first_sign_in(claims, document, hooks)
    ask_site(hooks, account.user)
    bring_up_to_date(account, claims, document, hooks)
    return account, False


def bring_up_to_date(
    account: LogtoAccount,
    claims: VerifiedClaims,
    document: Mapping[str, Any],
    hooks: Hooks,
) -> None:
    """Let a known account and its user be as a sign-in says, unless that is outdated.

    Of when the document is, the ID token tells that came before it, where it does not
    say so itself: without the scope ``profile``.

    Raises:
        AccountNotUpdated: The user model refuses a value.
        AccountNotCreated: The account or the user was deleted meanwhile.
    """
    issued_at = moment(claims["iat"] * 1000)
    is_current = mirror_known(account, document, asked_at=issued_at)
    if account.has_deactivated_user:
        # Whom Logto lets in, Logto has not suspended; unless it has since.
        follow(account)
    update_user(account.user, hooks, is_current=is_current)


def adopt_account(
    claims: VerifiedClaims, document: Mapping[str, Any], hooks: Hooks, user: Any
) -> LogtoAccount:
    """Return a new account for a user whom the site has already, brought up to date.

    One transaction: when the user model refuses what Logto tells, there is no account.
    The user's row comes first, which an account refers to: MariaDB would let two
    accounts of one user refer to it, and then each wait for the other to write it.

    Raises:
        IntegrityError: There is such an account, or the user is gone.
        AccountNotUpdated: The user model refuses a value.
    """
    with transaction.atomic(using=router.db_for_write(LogtoAccount)):
        update_user(user, hooks)
        return create_account(claims, document, user)


def create_account(
    claims: VerifiedClaims, document: Mapping[str, Any], user: Any
) -> LogtoAccount:
    """Return a new account that signs in a local user; one transaction.

    Args:
        claims: Whose account it is.
        document: What is stored of userinfo.
        user: Saved already.

    Raises:
        IntegrityError: There is such an account, or the user is gone.
    """
    account = LogtoAccount(
        key=account_key(claims.issuer, claims.subject),
        issuer=claims.issuer,
        subject=claims.subject,
        user=user,
        userinfo=document,
        userinfo_digest=digest(document),
        last_sign_in_at=timezone.now(),
    )
    with transaction.atomic(using=router.db_for_write(LogtoAccount)):
        account.save(force_insert=True)
        mirror_new(account)
    return account


def find_account(key: str) -> LogtoAccount | None:
    """Return the account of that key with its user, read where it is written."""
    return on_primary(LogtoAccount).select_related("user").filter(key=key).first()


def _first_sign_in(
    claims: VerifiedClaims, document: Mapping[str, Any], hooks: Hooks
) -> tuple[LogtoAccount, bool]:
    key = account_key(claims.issuer, claims.subject)
    local = joinable_user(hooks.claims, claims.issuer, key)
    if local is not None and not may_join(hooks, local):
        tell_not_joined("may_join", key, local)
    elif local is not None:
        ask_site(hooks, local)
        if (account := _join(key, claims, document, hooks, local)) is not None:
            return account, False
    if not logto_settings.CREATE_USERS:
        raise AccountUnknown()
    ask_site(hooks, None)
    return _create(key, claims, document, hooks)


def _join(
    key: str,
    claims: VerifiedClaims,
    document: Mapping[str, Any],
    hooks: Hooks,
    user: Any,
) -> LogtoAccount | None:
    account = None
    try:
        with transaction.atomic(using=router.db_for_write(LogtoAccount)):
            if not (reason := hold(user, claims.issuer, key)):
                account = adopt_account(claims, document, hooks, user)
    except IntegrityError as error:
        reason = type(error).__name__
    if account is not None:
        log(Event.USER_JOINED, user=user.pk, account=key[:12])
        return account
    # A parallel first sign-in of the same Logto user may have joined already.
    if (winner := find_account(key)) is None:
        tell_not_joined(reason, key, user)
        return None
    update_user(winner.user, hooks)
    return winner


def _create(
    key: str, claims: VerifiedClaims, document: Mapping[str, Any], hooks: Hooks
) -> tuple[LogtoAccount, bool]:
    cause, missing = "", []
    user: Any

    def insert() -> LogtoAccount:
        # Never an UPDATE, nor of a parent's table: a key that a hook has set would
        # overwrite somebody else's row.
        user.save(force_insert=(Model,))
        return create_account(claims, document, user)

    for user in new_users(hooks, key):
        try:
            account = in_transaction(insert)
        except IntegrityError as error:
            # A parallel first sign-in of the same Logto user won, or the username was
            # taken meanwhile. Only (issuer, sub) finds a user here.
            if (winner := find_account(key)) is not None:
                update_user(winner.user, hooks)
                return winner, False
            cause, missing = type(error).__name__, unfilled(user, error)
            if missing:
                break
        except (DataError, ValidationError) as error:
            cause, missing = type(error).__name__, unfilled(user, error)
            break
        else:
            log(Event.USER_CREATED, user=user.pk, account=key[:12])
            return account, True
    if missing:
        raise UserFieldsMissing(
            f"nothing fills {', '.join(field.name for field in missing)}",
            fields=[field.verbose_name for field in missing],
        )
    raise AccountNotCreated(
        "the user model refused a user with the fields that Logto gives", reason=cause
    )
