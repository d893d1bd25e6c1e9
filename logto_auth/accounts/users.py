"""New local users, for any ``AUTH_USER_MODEL``."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import validate_email
from django.db import DataError, IntegrityError, router, transaction
from django.db.models import Field, Model
from django.db.models.fields.files import FieldFile

from ..errors import AccountNotUpdated
from .usernames import readable_base, username_field, usernames

if TYPE_CHECKING:
    from ..hooks import Hooks

MAX_TRIES = 5

# Reserved by RFC 2606: nobody can ever receive mail there.
PLACEHOLDER_DOMAIN = "logto.invalid"

_PROFILE_FIELDS = {"first_name": "given_name", "last_name": "family_name"}


def new_users(hooks: Hooks, key: str) -> Iterator[AbstractBaseUser]:
    """Yield unsaved users to try one after the other, each with another username.

    Args:
        hooks: The site's, which know the claims.
        key: The account's key; makes the placeholder address of a user model that
            needs one unique.
    """
    user_model, claims = get_user_model(), hooks.claims
    fields = _profile(user_model, claims)
    name_field = username_field(user_model)
    email_field = user_model.get_email_field_name()
    names: Iterator[str]
    if name_field.name == email_field:
        names = _addresses(user_model, claims, key)
    else:
        base = _wished(hooks) or readable_base(claims)
        base = str(user_model.normalize_username(base))
        names = usernames(user_model, base, attempts=MAX_TRIES)
        if (field := _field(user_model, email_field)) is not None:
            fields[email_field] = _free_address(user_model, field, claims, key)
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


def update_user(user: Model, hooks: Hooks) -> None:
    """Let the site bring a known user up to date; one UPDATE of what it changed.

    Raises:
        AccountNotUpdated: The database refuses a value.
    """
    before = _values(user)
    hooks.update_user(user, is_new=False)
    changed = [
        name
        for name, value in _values(user).items()
        if name not in before or value != before[name]
    ]
    if not changed:
        return
    try:
        with transaction.atomic(using=router.db_for_write(type(user), instance=user)):
            user.save(update_fields=changed)
    except (IntegrityError, DataError, ValidationError) as error:
        raise AccountNotUpdated(
            f"the user model refused {', '.join(changed)}", reason=type(error).__name__
        ) from None


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


def _profile(
    user_model: type[AbstractBaseUser], claims: Mapping[str, Any]
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, claim in _PROFILE_FIELDS.items():
        field, value = _field(user_model, name), claims.get(claim)
        if field is not None and isinstance(value, str):
            fields[name] = value[: field.max_length]
    return fields


def _addresses(
    user_model: type[AbstractBaseUser], claims: Mapping[str, Any], key: str
) -> Iterator[str]:
    """Yield the claimed address when it is free, then one that belongs to nobody.

    An address that a local user already has is never taken as the same person:
    Logto's ``email_verified`` only says that there is an address.
    """
    field = username_field(user_model)
    yield _free_address(user_model, field, claims, key)
    yield _placeholder(key)


def _free_address(
    user_model: type[AbstractBaseUser],
    field: Field[Any, Any],
    claims: Mapping[str, Any],
    key: str,
) -> str:
    address = _address(claims.get("email"), field)
    if not field.unique:
        return address
    if not address:
        return _placeholder(key)
    same = {f"{field.name}__iexact": address}
    taken = user_model._default_manager.filter(**same).exists()
    return _placeholder(key) if taken else address


def _address(value: object, field: Field[Any, Any]) -> str:
    if not isinstance(value, str) or len(value) > (field.max_length or 254):
        return ""
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value


def _placeholder(key: str) -> str:
    return f"{key[:24]}@{PLACEHOLDER_DOMAIN}"


def _field(user_model: type[AbstractBaseUser], name: str) -> Field[Any, Any] | None:
    try:
        field = user_model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None
