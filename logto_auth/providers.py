"""The providers that a site offers buttons for, as ``direct_sign_in`` names them.

Logto goes straight to a social connector by its target, ``social:huggingface``, and to
an enterprise connector by its id, ``sso:<connector id>``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from django.utils.functional import Promise

DIRECT_SIGN_IN = r"(social|sso):[\w.~-]{1,128}"
SOCIAL, ENTERPRISE = "social:", "sso:"


def direct_sign_in(provider: str) -> str:
    """Return the option that leads to a provider: a key of ``PROVIDERS``."""
    return provider if provider.startswith(ENTERPRISE) else SOCIAL + provider


def is_provider(key: object) -> TypeGuard[str]:
    """Tell whether something could be a key of ``PROVIDERS``."""
    return (
        isinstance(key, str)
        and re.fullmatch(DIRECT_SIGN_IN, direct_sign_in(key)) is not None
    )


def named_providers(value: Any) -> Mapping[str, str]:
    """Return the site's ``PROVIDERS`` with their names, in the site's order.

    Raises:
        ValueError: It is no such dictionary; says what is expected.
    """
    if not isinstance(value, Mapping):
        raise ValueError('must be a dictionary such as {"naver": "Naver"}.')
    for key, name in value.items():
        if not is_provider(key):
            raise ValueError(
                f"has the key {key!r}; a key is the target of a social connector, or "
                f"{ENTERPRISE} and the id of an enterprise connector."
            )
        if not isinstance(name, str | Promise) or not str(name).strip():
            raise ValueError(f"must give {key!r} a name, a non-empty string.")
    return {key: str(name).strip() for key, name in value.items()}
