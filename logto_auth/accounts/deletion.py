"""Deleting an account locks what a sign-in locks, in the same order."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.signals import pre_delete

from ..models import LogtoAccount


def install() -> None:
    """Connect the receiver; idempotent."""
    pre_delete.connect(
        _hold, sender=LogtoAccount, dispatch_uid="logto_auth.accounts.deletion"
    )


def _hold(sender: Any, instance: LogtoAccount, using: str, **kwargs: Any) -> None:
    """Lock the account's row.

    Django deletes what hangs on it first, a sign-in writes that last; each would wait
    for the other.
    """
    LogtoAccount._default_manager.using(using).filter(pk=instance.pk).update(
        key=F("key")
    )
