"""Local users, made and brought up to date, for any ``AUTH_USER_MODEL``."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, router, transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile

from ..errors import AccountNotCreated, AccountNotUpdated
from ..models import on_primary
from .addresses import address_field, placeholder
from .fields import is_one_of_a_kind, told_values
from .usernames import readable_base, username_field, usernames

if TYPE_CHECKING:
    from ..hooks import Hooks

MAX_TRIES = 5


def new_users(hooks: Hooks, key: str) -> Iterator[AbstractBaseUser]:
    """Yield unsaved users to try one after the other, each with another username.

    Args:
        hooks: The site's, which know the claims.
        key: The account's key; makes the placeholder address of a user model that
            needs one unique.
    """
    user_model = get_user_model()
    fields = told_values(user_model(), hooks.claims, is_new=True)
    name_field, email_field = username_field(user_model), address_field(user_model)
    is_name = name_field == email_field
    if email_field is not None and is_one_of_a_kind(user_model, email_field):
        # Who has the claimed address already is never taken for the same person.
        may_lack = email_field.null and not is_name
        if not may_lack and not fields.get(email_field.name):
            fields[email_field.name] = placeholder(key)
    names: Iterator[str]
    if is_name:
        names = iter((fields.pop(name_field.name), placeholder(key)))
    else:
        base = _wished(hooks) or readable_base(hooks.claims)
        base = str(user_model.normalize_username(base))
        names = usernames(user_model, base, attempts=MAX_TRIES)
    for name in names:
        user = user_model(**{**fields, name_field.name: name})
        user.set_unusable_password()
        hooks.update_user(user, is_new=True)
        yield user


def _wished(hooks: Hooks) -> str:
    # `object`, because what a site's method returns is the site's affair.
    answer: object = hooks.username()
    if not isinstance(answer, str | None):
        raise TypeError(f"username() must return a string, not {answer!r}")
    return answer or ""


def update_user(
    user: AbstractBaseUser, hooks: Hooks, *, is_current: bool = True
) -> None:
    """Bring a known user up to date with Logto and the site, with one UPDATE.

    Args:
        is_current: Whether fields follow the claims; Logto may have told of something
            later.

    Raises:
        AccountNotUpdated: The database refuses a value.
        AccountNotCreated: The user was deleted meanwhile.
    """
    before = _values(user)
    claims = hooks.claims if is_current else {}
    for name, value in told_values(user, claims, is_new=False).items():
        setattr(user, name, value)
    hooks.update_user(user, is_new=False)
    changed = [
        name
        for name, value in _values(user).items()
        if name not in before or value != before[name]
    ]
    if not changed:
        return
    using = router.db_for_write(type(user), instance=user)
    try:
        with transaction.atomic(using=using):
            user.save(update_fields=changed)
    except (IntegrityError, DataError, ValidationError) as error:
        raise AccountNotUpdated(
            f"the user model refused {', '.join(changed)}", reason=type(error).__name__
        ) from None
    except DatabaseError:
        if transaction.get_connection(using).needs_rollback:
            raise  # the database has ended the transaction around this
        # Django raises it when there was no row to write.
        if on_primary(type(user)).filter(pk=user.pk).exists():
            raise
        raise AccountNotCreated(reason="deleted") from None


def _values(user: Model) -> dict[str, Any]:
    """Return what the user's fields hold, those that were loaded, by their names."""
    return {
        field.name: _frozen(value)
        for field in user._meta.concrete_fields
        if not field.primary_key
        and (value := user.__dict__.get(field.attname, _values)) is not _values
    }


def _frozen(value: Any) -> Any:
    """Return what a value holds now, where it could be changed in place."""
    if isinstance(value, FieldFile):
        return value.name
    return copy.deepcopy(value) if isinstance(value, dict | list) else value
