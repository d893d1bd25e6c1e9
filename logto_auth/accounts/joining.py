"""Joining a local user by e-mail at a first sign-in; only with ``JOIN_BY_EMAIL``.

Databases find look-alikes (CVE-2019-19844), so what they find is compared here again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import F

from ..conf import logto_settings
from ..log import Event, log
from ..models import LogtoAccount, on_primary
from .addresses import address_field, is_address, is_placeholder

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def joinable_user(
    claims: Mapping[str, Any], issuer: str, key: str
) -> AbstractBaseUser | None:
    """Return the one local user whom a new Logto account joins, None mostly.

    When users have the address and none is joined, it is logged why.

    Args:
        claims: Of the sign-in.
        issuer: Of the account.
        key: The account's.
    """
    if not logto_settings.JOIN_BY_EMAIL:
        return None
    users = _with_address(claims.get("email"))
    if not users:
        return None
    user, reason = users[0], ""
    if claims.get("email_verified") is not True:
        reason = "unverified"
    elif len(users) > 1:
        reason = "several"
    reason = reason or _refusal(user, issuer, key)
    if not reason:
        return user
    tell_not_joined(reason, key, *users)
    return None


def hold(user: AbstractBaseUser, issuer: str, key: str) -> str:
    """Lock the user's row until the transaction ends; return why not to join, if so.

    Two Logto accounts that have the same address would both join otherwise, when they
    sign in at the same moment.
    """
    name = type(user).get_email_field_name()
    address = getattr(user, name)
    row = on_primary(type(user)).filter(pk=user.pk)
    if not row.update(**{name: F(name)}):
        return "deleted"
    user.refresh_from_db()
    is_same = _is_same(address, getattr(user, name))
    return _refusal(user, issuer, key) if is_same else "changed"


def tell_not_joined(reason: str, key: str, *users: AbstractBaseUser) -> None:
    """Log that users have the address of a Logto account that joined none of them."""
    numbers = ",".join(str(user.pk) for user in users)
    log(Event.USER_NOT_JOINED, reason=reason, users=numbers, account=key[:12])


def _with_address(told: object) -> list[AbstractBaseUser]:
    user_model = get_user_model()
    field = address_field(user_model)
    if field is None or not isinstance(told, str) or not is_address(told, field):
        return []
    if is_placeholder(told):
        return []
    found = on_primary(user_model).filter(**{f"{field.name}__iexact": told})
    return [user for user in found if _is_same(told, getattr(user, field.name))]


def _is_same(told: str, stored: str) -> bool:
    # Only in ASCII is it certain which letters differ by case alone.
    if told.isascii() and stored.isascii():
        return told.lower() == stored.lower()
    return told == stored


def _refusal(user: Any, issuer: str, key: str) -> str:
    """Return why nobody joins this user, in one word; empty when one may."""
    if getattr(user, "is_superuser", False):
        return "superuser"
    if getattr(user, "is_staff", False):
        return "staff"
    if not getattr(user, "is_active", True):
        return "inactive"
    # The address was given to somebody else, perhaps. An account of the same key is a
    # parallel first sign-in's, which is found when this one is inserted.
    accounts = on_primary(LogtoAccount).filter(user=user, issuer=issuer)
    return "has_account" if accounts.exclude(key=key).exists() else ""
