"""The secrets of an application, which has one to begin with and may have more."""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_NAME = "Default secret"


@dataclass
class ApplicationSecret:
    """A named secret.

    Args:
        created_at: Milliseconds since the epoch.
        expires_at: Likewise; None of one that stays.
    """

    name: str
    value: str = field(repr=False)
    created_at: int
    expires_at: int | None = None
