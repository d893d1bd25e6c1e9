"""Connecting a verified Logto user to a local user who is signed in and asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError

from ..errors import AccountConnectedElsewhere, AccountNotCreated
from ..log import Event, log
from ..models import LogtoAccount, account_key
from .admission import ask_site, require_claims
from .resolution import adopt_account, bring_up_to_date, find_account
from .userinfo import document_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from ..engine.verification import VerifiedClaims
    from ..hooks import Hooks


def connect_account(
    claims: VerifiedClaims,
    userinfo: Mapping[str, Any],
    hooks: Hooks,
    owner: AbstractBaseUser,
) -> tuple[LogtoAccount, bool]:
    """Return the account of a verified Logto user, created for ``owner`` when new.

    Returns:
        The account, and whether it was created.

    Raises:
        AccountConnectedElsewhere: It is another user's; nothing was written.
        SignInNotAllowed: The site says no; nothing was written.
        AccountNotCreated: The owner was deleted meanwhile.
        AccountNotUpdated: The user model refuses a value; a new account is not kept.
    """
    account = find_account(account_key(claims.issuer, claims.subject))
    if account is not None:
        _check_owner(account, owner)
    require_claims(hooks.claims)
    ask_site(hooks, owner)
    document = document_of(userinfo)
    if account is None:
        account, is_new = _adopted(claims, document, hooks, owner)
        if is_new:
            return account, True
    bring_up_to_date(account, claims, document, hooks)
    return account, False


def _adopted(
    claims: VerifiedClaims,
    document: Mapping[str, Any],
    hooks: Hooks,
    owner: AbstractBaseUser,
) -> tuple[LogtoAccount, bool]:
    try:
        account = adopt_account(claims, document, hooks, owner)
    except IntegrityError:
        winner = find_account(account_key(claims.issuer, claims.subject))
        if winner is None:
            raise AccountNotCreated(reason="deleted") from None
        _check_owner(winner, owner)
        return winner, False
    log(Event.ACCOUNT_CONNECTED, user=owner.pk, account=account.key[:12])
    return account, True


def _check_owner(account: LogtoAccount, owner: AbstractBaseUser) -> None:
    if account.user_id != owner.pk:
        raise AccountConnectedElsewhere()
