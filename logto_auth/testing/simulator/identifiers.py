"""What usernames, addresses and numbers are like at Logto, which refuses others."""

from __future__ import annotations

import re

USERNAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
USERNAME_LENGTH = 128
EMAIL = re.compile(r"\S+@\S+\.\S+")
PHONE = re.compile(r"\d+", re.ASCII)


def is_username(text: str) -> bool:
    """Whether somebody can have this username."""
    return len(text) <= USERNAME_LENGTH and USERNAME.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether somebody can have this address."""
    return EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether somebody can have this number."""
    return PHONE.fullmatch(text) is not None
