"""E-mail addresses of local users: the field, what is valid there, a placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import validate_email
from django.db.models import Field

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Reserved by RFC 2606: nobody can ever receive mail there.
PLACEHOLDER_DOMAIN = "logto.invalid"


def address_field(user_model: type[AbstractBaseUser]) -> Field[Any, Any] | None:
    """Return the field of users' e-mail addresses, None where there is none."""
    try:
        field = user_model._meta.get_field(user_model.get_email_field_name())
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def is_address(value: object, field: Field[Any, Any]) -> bool:
    """Tell whether ``value`` is an e-mail address that fits the field."""
    if not isinstance(value, str) or len(value) > (field.max_length or 254):
        return False
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def placeholder(key: str) -> str:
    """Return an address for the account that nobody else has or gets mail at."""
    return f"{key[:24]}@{PLACEHOLDER_DOMAIN}"


def is_placeholder(address: str) -> bool:
    """Tell whether an address is one that `placeholder` makes."""
    return address.lower().endswith(f"@{PLACEHOLDER_DOMAIN}")
