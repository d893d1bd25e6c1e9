"""Sending the answer of an authorization request back to the application.

As a query, a fragment or a form that posts itself (OAuth 2.0 Form Post Response Mode).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from .answers import redirect
from .page import self_posting_page

Pairs = Sequence[tuple[str, str]]


def authorization_response(
    mode: str, redirect_uri: str, parameters: Mapping[str, str] | Pairs
) -> web.Response:
    """Return the answer that carries ``parameters`` to ``redirect_uri``."""
    items = parameters.items() if isinstance(parameters, Mapping) else parameters
    pairs = list(items)
    if mode == "form_post":
        is_error = any(name == "error" for name, _ in pairs)
        return self_posting_page(redirect_uri, pairs, status=400 if is_error else 200)
    parts = urlsplit(redirect_uri)
    if mode == "fragment":
        return redirect(urlunsplit(parts._replace(fragment=urlencode(pairs))))
    return redirect(with_query(redirect_uri, pairs))


def with_query(address: str, pairs: Pairs) -> str:
    """Return ``address`` with ``pairs`` in its query, replacing equal names."""
    parts = urlsplit(address)
    names = {name for name, _ in pairs}
    kept = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if pair[0] not in names
    ]
    query = urlencode([*kept, *pairs])
    return urlunsplit(parts._replace(path=parts.path or "/", query=query))
