"""What people have in Logto's account center, by the names that Logto gives it."""

from __future__ import annotations

#: What they may do with a field.
ACCESS = ("Off", "ReadOnly", "Edit")
ACCOUNT_FIELDS = (
    "name",
    "avatar",
    "profile",
    "email",
    "phone",
    "password",
    "username",
    "social",
    "customData",
    "mfa",
    "passkey",
    "session",
)
