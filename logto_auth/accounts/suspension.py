"""Who is suspended or deleted at Logto is out here; who is let in again may come back.

No user is ever deleted, and no row of theirs. Every step can be repeated: a webhook
that fails in between is handled again.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, router, transaction
from django.db.models import F, Q

from ..conf import DEACTIVATE, logto_settings
from ..log import Event, log
from ..models import LogtoAccount, LogtoSession, on_primary
from ..sessions.ending import end_sessions
from .deadlocks import in_transaction
from .mirroring import read_again

_ACTIVE = "is_active"
_OUT = Q(is_suspended=True) | Q(deleted_at__isnull=False)


def follow(account: LogtoAccount) -> bool:
    """Let the user be in or out as the account now is.

    Whoever changes an account does this afterwards, one after the other for all
    accounts of one user: the last one sees what all have written.

    Returns:
        Whether they are out.

    Raises:
        AccountNotCreated: The account was deleted meanwhile.
    """
    try:
        in_transaction(lambda: _settle(account))
    finally:
        # Also where the site's own model refuses to be saved.
        is_out = account.is_suspended or account.deleted_at is not None
        if is_out:
            _end_sessions(account, _reason(account))
    return is_out


def is_let_in(account: LogtoAccount) -> bool:
    """Tell whether an account may keep the session that it has just got.

    A suspension ends the sessions that it finds. Django asks at each request whether
    a user is active; whom a suspension does not switch off, nobody asks about again.
    """
    if _may_switch_off(account.user):
        return True
    rows = on_primary(LogtoAccount).filter(pk=account.pk)
    return rows.exists() and not rows.filter(_OUT).exists()


def _settle(account: LogtoAccount) -> None:
    # Deletion locks in this order too: accounts first, then the user.
    accounts = on_primary(LogtoAccount).filter(user_id=account.user_id)
    accounts.update(key=F("key"))
    read_again(account)
    user = _user(account)
    if account.is_suspended or account.deleted_at is not None:
        _suspend(account, user)
    elif account.has_deactivated_user:
        _reactivate(account, user)


def _suspend(account: LogtoAccount, user: Any) -> None:
    """Switch the user off.

    A user who is off already was switched off by somebody here, and stays so. What
    becomes of superusers is for ``SUSPENDED_SUPERUSERS`` to say.
    """
    if not _may_switch_off(user):
        return
    _note(account, has_deactivated_user=True)
    _switch(account, user, is_active=False)
    key, reason = account.key[:12], _reason(account)
    log(Event.USER_SUSPENDED, user=user.pk, account=key, reason=reason)


def _reactivate(account: LogtoAccount, user: Any) -> None:
    """Switch the user on again whom `_suspend` has switched off.

    While another Logto account of the same user is suspended, they stay off for that.
    """
    others = on_primary(LogtoAccount).filter(_OUT, user_id=account.user_id)
    other = others.exclude(pk=account.pk).first()
    if other is not None:
        _note(other, has_deactivated_user=True)
    elif not user.is_active:
        # Of a sign-in that was under way, nobody has seen it.
        _end_sessions(account, "suspended")
        _switch(account, user, is_active=True)
        log(Event.USER_REACTIVATED, user=user.pk, account=account.key[:12])
    _note(account, has_deactivated_user=False)


def _reason(account: LogtoAccount) -> str:
    return "suspended" if account.is_suspended else "deleted"


def _end_sessions(account: LogtoAccount, reason: str) -> None:
    ended = end_sessions(on_primary(LogtoSession).filter(account=account))
    if ended:
        log(Event.SESSION_ENDED, account=account.key[:12], reason=reason, count=ended)


def _user(account: LogtoAccount) -> Any:
    """Return the user as it is now."""
    model: type[models.Model] = type(account)._meta.get_field("user").related_model
    return on_primary(model).get(pk=account.user_id)


def _may_switch_off(user: Any) -> bool:
    try:
        field = user._meta.get_field(_ACTIVE)
    except FieldDoesNotExist:
        return False
    if not field.concrete or not user.is_active:
        return False
    is_superuser = bool(getattr(user, "is_superuser", False))
    return not is_superuser or logto_settings.SUSPENDED_SUPERUSERS == DEACTIVATE


def _switch(account: LogtoAccount, user: Any, *, is_active: bool) -> None:
    user.is_active = is_active
    with transaction.atomic(using=router.db_for_write(type(user), instance=user)):
        user.save(update_fields=[_ACTIVE])
    known = account._state.fields_cache.get("user")
    if known is not None:
        known.is_active = is_active


def _note(account: LogtoAccount, **fields: Any) -> None:
    on_primary(LogtoAccount).filter(pk=account.pk).update(**fields)
    for name, value in fields.items():
        setattr(account, name, value)
