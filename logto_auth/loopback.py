"""The names of this machine, which are one host to people and several to browsers."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def is_loopback(address: str) -> bool:
    """Tell whether the address (with its scheme) is one of this machine."""
    return urlsplit(address).hostname in LOOPBACK_HOSTS
