"""Cookies as Logto writes and reads them: raw, each with a ``.sig`` beside it.

They reach every site on the same host whatever its port, ``_logto`` with unquoted JSON
in it, so they are worth imitating closely.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from aiohttp import web

from .signing import encoded

_SIGNING_KEY = secrets.token_bytes(32)


def read_cookie(request: web.BaseRequest, name: str) -> str | None:
    """Return a cookie; one whose signature is not good counts as absent."""
    return cookie_in(request.headers.getall("Cookie", []), name)


def cookie_in(headers: Iterable[str], name: str) -> str | None:
    """Return a cookie of ``Cookie`` headers, as `read_cookie` does."""
    cookies: dict[str, str] = {}
    for header in headers:
        for pair in header.split(";"):
            key, _, value = pair.strip().partition("=")
            cookies.setdefault(key, value)
    found = cookies.get(name, "")
    signature = cookies.get(f"{name}.sig", "")
    if not found or not hmac.compare_digest(
        _bytes(signature), _bytes(_signature(name, found))
    ):
        return None
    return found


def set_cookie(
    response: web.StreamResponse,
    name: str,
    value: str,
    *,
    path: str = "/",
    expires: str | None = None,
    http_only: bool = True,
) -> None:
    """Set a cookie and its signature.

    Args:
        expires: An HTTP date; None lasts as long as the browser runs.
    """
    attributes = f"; path={path}"
    if expires is not None:
        attributes += f"; expires={expires}"
    attributes += "; samesite=lax"
    if http_only:
        attributes += "; httponly"
    _add(response, name, value, attributes)


def delete_cookie(response: web.StreamResponse, name: str, *, path: str = "/") -> None:
    """Take a cookie and its signature back; one that is set here takes its place."""
    lines = response.headers.getall("Set-Cookie", [])
    if any(line.startswith(f"{name}=") for line in lines):
        return
    attributes = (
        f"; path={path}; expires=Thu, 01 Jan 1970 00:00:00 GMT; samesite=lax; httponly"
    )
    _add(response, name, "", attributes)


def _add(response: web.StreamResponse, name: str, value: str, attributes: str) -> None:
    response.headers.add("Set-Cookie", f"{name}={value}{attributes}")
    response.headers.add(
        "Set-Cookie", f"{name}.sig={_signature(name, value)}{attributes}"
    )


def _signature(name: str, value: str) -> str:
    digest = hmac.new(_SIGNING_KEY, _bytes(f"{name}={value}"), hashlib.sha1)
    return encoded(digest.digest())


def _bytes(text: str) -> bytes:
    """Return ``text`` of a header as it came, which need not have been UTF-8."""
    return text.encode(errors="surrogateescape")
