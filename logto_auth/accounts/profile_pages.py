"""Pages about a person elsewhere on the web, and whether to link to them."""

from __future__ import annotations

from urllib.parse import urlsplit

from .pictures import is_plain


def safe_profile_url(address: object) -> str:
    """Return the address when a visitor may be led there by a link, else nothing.

    That is a web page of any host: ``javascript:`` and its like are none. People write
    these claims themselves, so link with ``rel="nofollow noopener"``.
    """
    if not isinstance(address, str) or not is_plain(address):
        return ""
    try:
        parts = urlsplit(address)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return address if is_page and "@" not in parts.netloc else ""
