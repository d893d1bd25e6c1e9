"""The stored userinfo document: storable on every database, compared by a digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# Logto changes it at every sign-in, whether or not anything else changed.
_VOLATILE = "updated_at"


def storable(value: Any) -> Any:
    """Return ``value`` without what PostgreSQL refuses: NUL and lone surrogates."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def digest(document: Mapping[str, Any]) -> str:
    """Return a digest that changes when anything but the time of change does."""
    lasting = {name: value for name, value in document.items() if name != _VOLATILE}
    text = json.dumps(lasting, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
