"""Logto's times, as the database of the site keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone


def moment(milliseconds: object) -> datetime | None:
    """Return the time that Logto writes so, None for anything senseless."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    try:
        return stored(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (OverflowError, ValueError, OSError):
        return None


def stored(aware: datetime) -> datetime:
    """Return a time with or without its zone, as ``USE_TZ`` wants it."""
    return aware if settings.USE_TZ else timezone.make_naive(aware)
