"""The access tokens among the tokens of a row, in the SDK's own format.

That is JSON, ``{"x": {"<for what>": {"token": …, "expiresAt": …}}}``, where
``expiresAt`` is a minute before the end. What is noted beside them the SDK ignores.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.views.decorators.debug import sensitive_variables

KEY = "accessTokenMap"
#: A token this close to its end is renewed, and used meanwhile.
EARLY_SECONDS = 60
_ORGANIZATION = "urn:logto:organization:"


class SecretText(str):
    """A text as every other, but that error reports and debuggers do not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an access token is to be for.

    Args:
        resource: Indicator of an API; empty for Logto's own userinfo.
        organization_id: Logto's id of the organization in which it is used, or empty.
    """

    resource: str = ""
    organization_id: str = ""

    @property
    def key(self) -> str:
        """Its name among the others; the SDK's where the SDK has one.

        The indicator of a resource holds no ``#`` (RFC 8707, 2).
        """
        if not self.organization_id:
            return self.resource
        if not self.resource:
            return _ORGANIZATION + self.organization_id
        return f"{self.resource}#{self.organization_id}"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """One that was kept. Times are in seconds since the epoch."""

    value: str = field(repr=False)
    renew_at: float
    ends_at: float
    obtained_at: float

    @property
    def is_fresh(self) -> bool:
        """Whether nobody need think of renewing it."""
        return time.time() < self.renew_at

    @property
    def is_valid(self) -> bool:
        """Whether it may still be used."""
        return time.time() < self.ends_at


@sensitive_variables()
def find_token(tokens: Mapping[str, str], wanted: Wanted) -> AccessToken | None:
    """Return the token that is kept for that, None when there is none."""
    return _token(_entries(tokens).get(wanted.key))


@sensitive_variables()
def with_token(
    tokens: Mapping[str, str],
    wanted: Wanted,
    value: str,
    *,
    obtained_at: float,
    expires_in: int,
) -> dict[str, str]:
    """Return ``tokens`` with one more, and without those that have ended.

    Args:
        obtained_at: When it was asked for, in seconds since the epoch.
        expires_in: Its life in seconds. One that lives for less than two minutes is
            used for half of its life before it is renewed.
    """
    ends_at = obtained_at + expires_in
    early = min(EARLY_SECONDS, expires_in / 2)
    entries = {
        key: entry
        for key, entry in _entries(tokens).items()
        if (kept := _token(entry)) is not None and kept.is_valid
    }
    entries[wanted.key] = {
        "token": value,
        "expiresAt": int(ends_at - early),
        "endsAt": ends_at,
        "obtainedAt": obtained_at,
    }
    return {**tokens, KEY: json.dumps({"x": entries})}


@sensitive_variables()
def _token(entry: Any) -> AccessToken | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("token"), str):
        return None
    try:
        renew_at = float(entry["expiresAt"])
        ends_at = float(entry.get("endsAt", renew_at + EARLY_SECONDS))
        obtained_at = float(entry.get("obtainedAt", 0))
    except (KeyError, OverflowError, TypeError, ValueError):
        return None
    return AccessToken(entry["token"], renew_at, ends_at, obtained_at)


def _entries(tokens: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        kept = json.loads(tokens.get(KEY, "{}")).get("x", {})
    except (ValueError, AttributeError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
