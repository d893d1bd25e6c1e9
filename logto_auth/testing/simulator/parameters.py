"""Request parameters as the provider library in Logto assembles them.

Empty ones count as absent; where a parameter may come only once, twice is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

from aiohttp import web

from .oidc_error import (
    duplicated_parameters,
    invalid_request,
    missing_parameters,
)

MAX_BODY_BYTES = 56 * 1024
_FORM = "application/x-www-form-urlencoded"


class Parameters:
    """The parameters of one request; only the last of equal names is read."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def get(self, name: str) -> str | None:
        """Return a parameter; None when it is absent, empty or there twice."""
        values = self._values.get(name, [])
        return (values[0] or None) if len(values) == 1 else None

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter that may be repeated."""
        return tuple(value for value in self._values.get(name, []) if value)

    def names(self) -> tuple[str, ...]:
        """Return the names, in order."""
        return tuple(self._values)

    def reject_duplicates(self, allowed: Sequence[str] = ()) -> None:
        """Raise OidcError when a known parameter is there twice."""
        duplicated = [
            name
            for name, values in self._values.items()
            if len(values) > 1 and name not in allowed
        ]
        if duplicated:
            raise duplicated_parameters(*duplicated)

    def require(self, *names: str) -> None:
        """Raise OidcError when one of ``names`` is absent."""
        missing = [name for name in names if self.get(name) is None]
        if missing:
            raise missing_parameters(*missing)


async def query_or_form(request: web.Request) -> Parameters:
    """Return the query of a GET and the form of a POST."""
    if request.method == "POST":
        return await form(request)
    return Parameters(request.query.items())


async def form(request: web.Request, *, accepts_json: bool = False) -> Parameters:
    """Return the body's parameters.

    Args:
        accepts_json: Also read a JSON object, which Logto does at its token endpoint.

    Raises:
        OidcError: The body cannot be read.
    """
    body = await request.read()
    if len(body) > MAX_BODY_BYTES:
        raise invalid_request("failed to parse the request body")
    try:
        if accepts_json and request.content_type == "application/json":
            document = json.loads(body)
            return Parameters((name, str(value)) for name, value in document.items())
        if request.content_type == _FORM:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
            return Parameters(pairs)
    except (ValueError, AttributeError, RecursionError):
        raise invalid_request("failed to parse the request body") from None
    return Parameters(())
