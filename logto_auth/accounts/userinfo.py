"""The stored userinfo document: without secrets, compared by a digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from ..storable import storable

_TOLD_BY_PROVIDERS = {"identities", "sso_identities"}
_SECRET_NAME = re.compile(
    "token|secret|passw|passphrase|apikey|privatekey|credential|bearer|cookie|nonce"
    "|session|^authorization$"
)
# What is said of a secret, and is none: token_type, token_expires_at.
_HARMLESS_NAME = re.compile("(type|scopes?|expires?(at|in|on)?|expiry)$")
# Signed (RFC 7515) or encrypted (RFC 7516), wherever it stands in a text. Each word is
# read once and given up as a whole: a megabyte of beginnings must not take an hour.
_JWT = re.compile(r"(?<![\w-])(?>[\w-]*?eyJ)[\w-]{5,}+\.[\w-]*+\.")
_IN_ADDRESS = re.compile(r"(token|secret|password)=[^&\s]", re.IGNORECASE)
_JSON = re.compile(r"\s*[\[{]")
#: Stands in place of a secret.
WITHHELD = "(withheld)"
# Logto changes it at every sign-in, whether or not anything else changed.
_VOLATILE = "updated_at"


def document_of(userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a userinfo document.

    What providers told may hold anything, also secrets: those are withheld.
    """
    document: dict[str, Any] = storable(userinfo)
    for name in _TOLD_BY_PROVIDERS & document.keys():
        document[name] = withheld(document[name])
    return document


def withheld(value: Any) -> Any:
    """Return ``value`` with secrets, as their names or their look tell, replaced."""
    if isinstance(value, Mapping):
        return {
            name: WITHHELD if _is_secret(name, item) else withheld(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [withheld(item) for item in value]
    if isinstance(value, str) and _hides_secrets(value):
        return WITHHELD
    return value


def _is_secret(name: str, value: object) -> bool:
    if not value or isinstance(value, bool):
        return False
    plain = re.sub("[^a-z]", "", name.lower())
    return bool(_SECRET_NAME.search(plain)) and not _HARMLESS_NAME.search(plain)


def _hides_secrets(text: str) -> bool:
    """Tell whether there are secrets in a text, or in the document that it is."""
    if _JWT.search(text) or _IN_ADDRESS.search(text):
        return True
    if not _JSON.match(text):
        return False
    try:
        inner = storable(json.loads(text))
    except (ValueError, RecursionError):
        return False
    return bool(withheld(inner) != inner)


def digest(document: Mapping[str, Any]) -> str:
    """Return a digest that changes when anything but the time of change does."""
    lasting = {name: value for name, value in document.items() if name != _VOLATILE}
    text = json.dumps(lasting, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
