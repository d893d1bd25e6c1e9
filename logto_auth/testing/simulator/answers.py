"""HTTP answers that look like Logto's: header for header where clients may care."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .oidc_error import OidcError


def json_bytes(document: Any) -> bytes:
    """Return ``document`` as compact JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def json_answer(
    document: Any,
    *,
    status: int = 200,
    no_store: bool = True,
    cors: bool = True,
    content_type: str = "application/json",
) -> web.Response:
    """Return ``document`` as JSON.

    Args:
        no_store: Forbid caching, as Logto does for whatever holds tokens.
        cors: Let scripts of any origin read it, as at the endpoints for clients.
    """
    response = web.Response(
        status=status,
        body=json_bytes(document),
        headers={"Content-Type": f"{content_type}; charset=utf-8"},
    )
    if no_store:
        response.headers["Cache-Control"] = "no-store"
    if cors:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def error_answer(
    error: OidcError,
    *,
    no_store: bool = True,
    cors: bool = True,
    more: Mapping[str, str] | None = None,
) -> web.Response:
    """Return ``error`` as JSON; ``more`` are further fields."""
    document = {**error.document(), **(more or {})}
    response = json_answer(document, status=error.status, no_store=no_store, cors=cors)
    response.headers.update(error.headers)
    return response


def redirect(
    location: str, *, status: int = 303, no_store: bool = True
) -> web.Response:
    """Send the browser to ``location``."""
    response = web.Response(
        status=status,
        text=f"Redirecting to {html.escape(location)}.",
        content_type="text/html",
        headers={"Location": location},
    )
    if no_store:
        response.headers["Cache-Control"] = "no-store"
    return response


def not_found() -> web.Response:
    """Return what Logto says at an address it does not know."""
    return web.Response(status=404, text="Not Found")


def method_not_allowed(path: str) -> web.Response:
    """Return what Logto says to a method that it does not know at an address."""
    if not path.startswith("/api/"):
        return not_found()
    return web.Response(status=405, text="Method Not Allowed")
