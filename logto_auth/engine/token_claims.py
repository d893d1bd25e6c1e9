"""What is checked alike in every kind of signed token: parties, times, identifiers."""

from __future__ import annotations

import re
from typing import Any, Final

from ..errors import TokenInvalid

#: Seconds that Logto's clock and this one may differ.
LEEWAY: Final = 60
#: The last second that ``datetime`` can tell, 9999-12-31T23:59:59Z.
MAX_TIME: Final = 253402300799

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def check_addressing(
    claims: dict[str, Any], *, issuer: str, client_id: str
) -> list[str]:
    """Check from whom a token is and for whom; return all for whom.

    Raises:
        TokenInvalid: ``reason`` is ``wrong_issuer`` or ``wrong_audience``.
    """
    if not isinstance(claims.get("iss"), str) or claims["iss"] != issuer:
        raise TokenInvalid(reason="wrong_issuer")
    aud = claims.get("aud")
    listed = aud if isinstance(aud, list) else [aud]
    audiences = [audience for audience in listed if isinstance(audience, str)]
    if len(audiences) < len(listed) or client_id not in audiences:
        raise TokenInvalid(reason="wrong_audience")
    return audiences


def is_identifier(value: object) -> bool:
    """Tell whether it is a text of 1 to 255 characters without control characters."""
    return isinstance(value, str) and (
        1 <= len(value) <= 255 and not _CONTROL.search(value)
    )


def check_times(claims: dict[str, Any], *, now: float, max_age: float) -> None:
    """Check ``exp``, ``iat`` and, where there is one, ``nbf``.

    Args:
        now: Seconds since the epoch.
        max_age: Seconds after ``iat`` from which a token is too old, whatever its
            ``exp`` says.

    Raises:
        TokenInvalid: ``reason`` is ``malformed_time``, ``expired``, ``not_yet_valid``,
            ``issued_in_future`` or ``issued_too_long_ago``.
    """
    expires_at, issued_at = time_of(claims, "exp"), time_of(claims, "iat")
    if now >= expires_at + LEEWAY:
        raise _wrong_time("expired", now - issued_at)
    if "nbf" in claims and now < time_of(claims, "nbf") - LEEWAY:
        raise _wrong_time("not_yet_valid", now - issued_at)
    if now < issued_at - LEEWAY:
        raise _wrong_time("issued_in_future", now - issued_at)
    if now - issued_at >= max_age:
        raise _wrong_time("issued_too_long_ago", now - issued_at)


def _wrong_time(reason: str, age: float) -> TokenInvalid:
    """Return the error; ``age`` of a token just issued is what the clocks differ by."""
    seconds = round(abs(age))
    told = f"{seconds} s {'ago' if age >= 0 else 'ahead'} by this machine's clock"
    return TokenInvalid(f"issued {told}", reason=reason, seconds=seconds)


def time_of(claims: dict[str, Any], name: str) -> float:
    """Return the claim ``name``, seconds since the epoch.

    Raises:
        TokenInvalid: It is no sensible number (``malformed_time``).
    """
    value = claims.get(name)
    # True is an int; the comparison is false for NaN and for what is out of range.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenInvalid(name, reason="malformed_time")
    if not 0 <= value <= MAX_TIME:
        raise TokenInvalid(name, reason="malformed_time")
    return value
