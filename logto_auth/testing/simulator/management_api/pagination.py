"""Lists in pages, with the headers that say how many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from ..tenant import TENANT
from .refusal import Refused, said

_PAGE_SIZE = 20
_LARGEST_PAGE = 100


def paged(
    request: web.Request, items: Sequence[Any], *, is_optional: bool = False
) -> web.Response:
    """Return the page of ``items`` that the request asks for.

    Args:
        is_optional: Whether a request that names no page gets everything, and no
            headers.

    Raises:
        Refused: There can be no such page.
    """
    if is_optional and not {"page", "page_size"} & request.query.keys():
        return said(items)
    page = _positive(request, "page", 1)
    size = _positive(request, "page_size", _PAGE_SIZE)
    if size > _LARGEST_PAGE:
        raise _invalid()
    answer = said(items[(page - 1) * size : page * size])
    answer.headers["Total-Number"] = str(len(items))
    last = max(1, math.ceil(len(items) / size))
    for relation, number in _relations(page, last).items():
        answer.headers.add("Link", f'<{_address(request, number)}>; rel="{relation}"')
    return answer


def _positive(request: web.Request, name: str, default: int) -> int:
    value = request.query.get(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise _invalid()
    return int(value)


def _invalid() -> Refused:
    return Refused(
        400, "guard.invalid_pagination", "The request pagination value is invalid."
    )


def _relations(page: int, last: int) -> dict[str, int]:
    relations = {"first": 1}
    if page > 1:
        relations["prev"] = page - 1
    relations["last"] = last
    if page < last:
        relations["next"] = page + 1
    return relations


def _address(request: web.Request, page: int) -> str:
    """Return the address of a page as Logto writes it, which leads nowhere."""
    query = {**request.query, "page": str(page)}
    written = "&".join(f"{quote(k)}={quote(v)}" for k, v in query.items())
    path = request.path.removeprefix("/api")
    return f"{request.app[TENANT].endpoint}{path}?{written}"
