"""User fields that claims fill, as the site's ``USER_FIELDS`` declares them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Field
from django.utils import timezone

from ..claim_rules import ABSENT, ClaimField, claim_value
from ..conf import logto_settings
from ..log import Event, log
from ..models import on_primary
from .addresses import address_field, is_address, is_placeholder
from .usernames import username_field

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: The address, by the name that it has in the default ``USER_FIELDS`` and in Logto.
EMAIL = "email"
#: What says who somebody is or what they may do. No claim writes it by a mapping.
GUARDED = frozenset(
    {
        "password",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
    }
)
_NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


class _Kept(Exception):
    """A claim is not taken; the text says why, in one word."""


def told_values(
    user: AbstractBaseUser, claims: Mapping[str, Any], *, is_new: bool
) -> dict[str, Any]:
    """Return the values that claims give to fields of the user.

    A claim that was not told gives none: the field keeps what it holds. Neither does
    one that the field cannot hold, which is logged, without its value.

    Args:
        user: Not changed.
        claims: Of this sign-in.
        is_new: All declared fields are asked for, not only those that follow Logto.
    """
    values: dict[str, Any] = {}
    for field, rule in _declared(type(user)).items():
        told = claim_value(claims, rule.claim)
        if told is ABSENT or not (is_new or rule.follows):
            continue
        try:
            values[field.name] = _value(field, told, user)
        except _Kept as kept:
            known = None if user._state.adding else user.pk
            log(Event.USER_FIELD_KEPT, user=known, field=field.name, reason=str(kept))
    return values


def is_one_of_a_kind(
    user_model: type[AbstractBaseUser], field: Field[Any, Any]
) -> bool:
    """Tell whether no two users may have the same value there."""
    return field.unique or field == username_field(user_model)


def unfit(user_model: type[AbstractBaseUser], name: str) -> str:
    """Return why no claim can fill the field of that name, empty when one can."""
    if name in GUARDED:
        return "says who somebody is or what they may do"
    field = _field(user_model, name)
    if field is None:
        return "is no field of the user model"
    if not isinstance(field, Field) or field.is_relation:
        return "leads to other rows"
    if isinstance(field, models.FileField) or field.generated:
        return "is a file, or computed"
    is_name = field == username_field(user_model)
    if field.primary_key or (is_name and field != address_field(user_model)):
        return "identifies the user"
    return ""


def unfilled(user: models.Model, refusal: Exception) -> list[Field[Any, Any]]:
    """Return the fields for lack of which the user model refused a user.

    It is told afterwards, because signals and the model's own ``save()`` may fill
    fields. An empty text is a value, except where no two users may have it.

    Args:
        user: Could not be saved.
        refusal: What saving it raised.
    """
    refused = getattr(refusal, "error_dict", {})
    return [
        field
        for field in user._meta.concrete_fields
        if _is_unfilled(field, user.__dict__.get(field.attname))
        or any(error.code in ("blank", "null") for error in refused.get(field.name, ()))
    ]


def _is_unfilled(field: Field[Any, Any], value: object) -> bool:
    if value == "":
        return field.unique
    is_filled_in_saving = (
        isinstance(field, models.AutoField)
        or field.generated
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
        or getattr(field.remote_field, "parent_link", False)
    )
    return value is None and not field.null and not is_filled_in_saving


def _declared(
    user_model: type[AbstractBaseUser],
) -> Mapping[Field[Any, Any], ClaimField]:
    """Return the declared fields that the user model has and that claims can fill."""
    rules = {
        field: rule
        for name, rule in logto_settings.USER_FIELDS.items()
        if isinstance(field := _field(user_model, name), Field)
        and not unfit(user_model, name)
    }
    email = address_field(user_model)
    if email is not None and email == username_field(user_model):
        rules.setdefault(email, ClaimField(EMAIL))
    return rules


def _field(user_model: type[AbstractBaseUser], name: str) -> object:
    try:
        return user_model._meta.get_field(name)
    except FieldDoesNotExist:
        # It has another name in many a user model.
        return address_field(user_model) if name == EMAIL else None


def _value(field: Field[Any, Any], told: Any, user: AbstractBaseUser) -> Any:
    if told is None or told == "":
        return _emptied(field, type(user))
    is_email = field == address_field(type(user))
    value = _address(field, told) if is_email else _cleaned(field, told, user)
    is_new = user._state.adding or value != getattr(user, field.name)
    if is_new and is_one_of_a_kind(type(user), field):
        lookup = f"{field.name}__iexact" if is_email else field.name
        same = on_primary(type(user)).filter(**{lookup: value})
        if same.exclude(pk=user.pk).exists():
            raise _Kept("taken")
    return value


def _emptied(field: Field[Any, Any], user_model: type[AbstractBaseUser]) -> Any:
    is_text = isinstance(field, models.CharField | models.TextField)
    if is_text and field.blank and not is_one_of_a_kind(user_model, field):
        return ""
    if not field.null:
        raise _Kept("required")
    return None


def _address(field: Field[Any, Any], told: object) -> object:
    if not is_address(told, field) or is_placeholder(str(told)):
        raise _Kept("invalid")
    return told


def _cleaned(field: Field[Any, Any], told: Any, user: AbstractBaseUser) -> Any:
    if not _is_of_type(field, told):
        raise _Kept("type")
    # Half an address leads elsewhere; half a name is still one.
    if isinstance(field, models.CharField) and not field.default_validators:
        told = told[: field.max_length]
    try:
        if isinstance(field, models.JSONField):
            field.run_validators(told)  # clean() takes [] for something left out
            return told
        return _in_time_zone(field.clean(told, user))
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        raise _Kept("invalid") from None


def _is_of_type(field: Field[Any, Any], told: object) -> bool:
    """Tell whether JSON has it as the field does: ``"false"`` is no truth value."""
    if isinstance(field, models.JSONField):
        return True
    if isinstance(told, bool) or isinstance(field, models.BooleanField):
        return isinstance(told, bool) and isinstance(field, models.BooleanField)
    if isinstance(told, list):
        return hasattr(field, "base_field")  # PostgreSQL's ArrayField
    if isinstance(told, float) and isinstance(field, models.IntegerField):
        return False  # it would be rounded
    return isinstance(told, str) or (
        isinstance(told, int | float) and isinstance(field, _NUMBERS)
    )


def _in_time_zone(value: Any) -> Any:
    """Return a time as ``USE_TZ`` wants it.

    Raises:
        OverflowError: It has no year in UTC.
    """
    if not isinstance(value, datetime.datetime):
        return value
    aware = timezone.make_aware(value) if timezone.is_naive(value) else value
    in_utc = aware.astimezone(datetime.UTC)
    return in_utc if settings.USE_TZ else timezone.make_naive(in_utc)
