"""Pictures that providers tell of, and whether a page may load them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from ..conf import logto_settings

MAX_LENGTH = 2048
# A last label that begins with a digit makes an IP address for browsers: 0x7f.1.
_PUBLIC_HOST = re.compile(r"([a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Top-level domains that lead into a private network: RFC 6761, 6762, 8375, and ICANN's.
_PRIVATE_DOMAINS = {"localhost", "local", "internal", "arpa"}
_DEFAULT_PORTS = {"http": 80, "https": 443}


def safe_picture(address: object) -> str:
    """Return the address when a page may load a picture from there, else nothing.

    That is a public host over https, or the Logto server itself. Nothing is fetched to
    find out.
    """
    if not isinstance(address, str) or not is_plain(address):
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or "@" in parts.netloc:
        return ""
    is_safe = _is_public(parts) or _origin(parts, port) == _logto_origin()
    return address if is_safe else ""


def is_plain(address: str) -> bool:
    """Tell whether an address is the same to a browser as to this code."""
    # Browsers drop line breaks inside addresses and read \ as /.
    return (
        len(address) <= MAX_LENGTH
        and address.isprintable()
        and not set(address) & {" ", "\\"}
    )


def _is_public(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and _PUBLIC_HOST.fullmatch(host) is not None
        and host.rpartition(".")[2] not in _PRIVATE_DOMAINS
    )


def _origin(parts: SplitResult, port: int | None) -> tuple[str, str, int | None]:
    return (
        parts.scheme,
        parts.hostname or "",
        port or _DEFAULT_PORTS.get(parts.scheme),
    )


def _logto_origin() -> tuple[str, str, int | None]:
    parts = urlsplit(logto_settings.ENDPOINT)
    return _origin(parts, parts.port)
