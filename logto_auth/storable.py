"""Documents from elsewhere as every database takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_LEVELS = 24
#: Stands in place of what is nested in more levels than that.
TOO_DEEP = "(nested too deeply)"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(value: Any, *, levels: int = MAX_LEVELS) -> Any:
    """Return ``value`` without what a database refuses.

    PostgreSQL takes neither NUL nor lone surrogates, MariaDB no JSON of more than 32
    levels.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping | list) and not levels:
        return TOO_DEEP
    if isinstance(value, Mapping):
        return {
            storable(str(key)): storable(item, levels=levels - 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [storable(item, levels=levels - 1) for item in value]
    return value
