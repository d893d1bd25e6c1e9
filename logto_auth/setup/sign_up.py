"""What people register with, and what else of Logto's has to go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .merged import merged

#: What people register with, and Logto's identifiers for it.
SIGN_UP_IDENTIFIERS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "username": ("username",),
    "email": ("email",),
    "phone": ("phone",),
    "email_or_phone": ("email", "phone"),
}
#: The types of the connectors that bring codes to what people type in.
SENT_BY: Mapping[str, str] = {"email": "Email", "phone": "Sms"}


def sign_up(present: Mapping[str, Any], identifiers: Sequence[str]) -> dict[str, Any]:
    """Return how people register, so that it is of a piece.

    A username needs a password, an address is verified, and who registers with a
    provider alone has neither.
    """
    if present.get("identifiers") == list(identifiers):
        return dict(present)
    is_username = "username" in identifiers
    has_password = bool(present.get("password"))
    return merged(
        present,
        {
            "identifiers": list(identifiers),
            "password": bool(identifiers) and (is_username or has_password),
            "verify": bool(identifiers) and not is_username,
        },
    )


def sign_in_methods(
    present: Mapping[str, Any], identifiers: Sequence[str]
) -> list[Any]:
    """Return the ways to sign in, with one for each identifier of the sign-up."""
    given = present.get("methods")
    methods = list(given) if isinstance(given, list) else []
    known = [item.get("identifier") for item in methods if isinstance(item, Mapping)]
    for identifier in identifiers:
        if identifier not in known:
            by_code = identifier != "username"
            methods.append(
                {
                    "identifier": identifier,
                    "password": True,
                    "verificationCode": by_code,
                    "isPasswordPrimary": not by_code,
                }
            )
    return methods
