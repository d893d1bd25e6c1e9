"""The stored userinfo document: cleaned for every database, compared by a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_UNSTORABLE = "\N{REPLACEMENT CHARACTER}"


def storable(value: Any) -> Any:
    """Return ``value`` without what databases refuse: NUL and lone surrogates."""
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, Mapping):
        return {_storable_text(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def digest(document: Mapping[str, Any]) -> str:
    """Return a digest that changes exactly when the document does."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _storable_text(text: str) -> str:
    if text.isascii():
        return text.replace("\0", _UNSTORABLE)
    return (
        text.encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
        .replace("\0", _UNSTORABLE)
    )
