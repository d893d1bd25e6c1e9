"""What settings may be that an administrator replaces one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .body_guard import Check, flag, list_of, mapping, nullable, optional, text

_BY_TYPE: dict[type, Check] = {
    bool: flag,
    str: text,
    list: list_of(text),
    dict: mapping,
    # What it can be besides is not played.
    type(None): nullable(lambda value, path: []),
}
_FIXED = ("tenantId", "id")


def settings_checks(beginning: Mapping[str, Any], **exactly: Check) -> dict[str, Check]:
    """Return the checks of a request that changes settings.

    Args:
        beginning: A fresh tenant's; each keeps its type.
        exactly: Those of which more is known.
    """
    return {
        name: optional(exactly.get(name) or _BY_TYPE[type(value)])
        for name, value in beginning.items()
        if name not in _FIXED
    }
