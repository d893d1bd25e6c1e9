"""A readable username that nobody has, for any user model."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Field

from ..models import on_primary

_NOT_ALLOWED = re.compile(r"[^\w.@+-]+")
_CLAIMS = ("username", "preferred_username", "name")
_NUMBERED = 9
# Of a claim: normalizing takes a time that is the square of the length.
_MAX_LENGTH = 1000


def usernames(
    user_model: type[AbstractBaseUser], base: str, *, attempts: int
) -> Iterator[str]:
    """Yield up to ``attempts`` usernames that were free when looked up.

    The first is ``base`` itself (``alice``, else ``alice-2`` to ``alice-9``), the
    following have a random end: another process may have taken the first since. One
    query.
    """
    field = username_field(user_model)
    numbered = [_fit(base, "", field)]
    numbered += [_fit(base, f"-{number}", field) for number in range(2, _NUMBERED + 1)]
    same = on_primary(user_model).filter(**{f"{field.name}__in": numbered})
    taken = {str(name).casefold() for name in same.values_list(field.name, flat=True)}
    free = (name for name in numbered if name.casefold() not in taken)
    first = next(free, None)
    if first is not None:
        yield first
    for _ in range(attempts - (first is not None)):
        yield _fit(base, f"-{secrets.token_hex(4)}", field)


def username_field(user_model: type[AbstractBaseUser]) -> Field[Any, Any]:
    """Return the field that identifies users to the site."""
    name: str = user_model.USERNAME_FIELD  # type: ignore[attr-defined]  # not in the stubs
    return cast("Field[Any, Any]", user_model._meta.get_field(name))


def readable_base(claims: Mapping[str, Any]) -> str:
    """Return the first claim that makes a username, ``user`` when none does."""
    for name in _CLAIMS:
        value = claims.get(name)
        if isinstance(value, str):
            plain = unicodedata.normalize("NFKC", value[:_MAX_LENGTH])
            base = _NOT_ALLOWED.sub("-", plain).strip("-.@+")
            if base:
                return base
    return "user"


def _fit(base: str, suffix: str, field: Field[Any, Any]) -> str:
    length = (field.max_length or 150) - len(suffix)
    return base[:length] + suffix
