"""Who is suspended or deleted at Logto is out here; who is let in again may come back.

No user is ever deleted, and no row of theirs. Every step can be repeated: a webhook
that fails in between is handled again.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, router, transaction
from django.db.models import Q

from ..conf import DEACTIVATE, logto_settings
from ..log import Event, log
from ..models import LogtoAccount, LogtoSession, on_primary
from ..sessions.ending import end_sessions

_ACTIVE = "is_active"


def suspend_user(account: LogtoAccount, reason: str) -> None:
    """Switch the account's user off and end the account's sessions.

    A user who is off already was switched off by somebody here, and stays so. What
    becomes of superusers is for ``SUSPENDED_SUPERUSERS`` to say.

    Args:
        reason: A word for the log.
    """
    user = _user(account)
    if _may_switch_off(user):
        # Noted first: whoever finds one of the two done does the other.
        _note(account, has_deactivated_user=True)
        _switch(user, is_active=False)
        log(Event.USER_SUSPENDED, user=user.pk, account=account.key[:12], reason=reason)
    ended = end_sessions(on_primary(LogtoSession).filter(account=account))
    if ended:
        log(Event.SESSION_ENDED, account=account.key[:12], reason=reason, count=ended)


def reactivate_user(account: LogtoAccount) -> None:
    """Switch the user on again whom `suspend_user` has switched off, and no other.

    While another Logto account of the same user is suspended, they stay off for that.
    """
    if not account.has_deactivated_user:
        return
    user = _user(account)
    suspended = Q(is_suspended=True) | Q(deleted_at__isnull=False)
    others = on_primary(LogtoAccount).filter(suspended, user_id=account.user_id)
    other = others.exclude(pk=account.pk).first()
    if other is not None:
        _note(other, has_deactivated_user=True)
    elif not user.is_active:
        _switch(user, is_active=True)
        log(Event.USER_REACTIVATED, user=user.pk, account=account.key[:12])
    _note(account, has_deactivated_user=False)
    if account._state.fields_cache.get("user") is not None:
        account.user.is_active = user.is_active


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


def _switch(user: Any, *, is_active: bool) -> None:
    user.is_active = is_active
    with transaction.atomic(using=router.db_for_write(type(user), instance=user)):
        user.save(update_fields=[_ACTIVE])


def _note(account: LogtoAccount, **fields: Any) -> None:
    on_primary(LogtoAccount).filter(pk=account.pk).update(**fields)
    for name, value in fields.items():
        setattr(account, name, value)
