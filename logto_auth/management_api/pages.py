"""Lists that come in pages, by their numbers.

Logto's ``Link`` headers lack the path of the API, and lead nowhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..engine.transport import Response
from ..errors import ProviderResponseInvalid
from .caller import Caller
from .shape import objects

T = TypeVar("T")

#: The most that Logto puts on one page.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. ``total`` is of the whole list, None if Logto is silent."""

    items: Sequence[T]
    total: int | None


async def page_of(
    caller: Caller,
    path: str,
    parse: Callable[[Any], T],
    *,
    page: int,
    page_size: int = PAGE_SIZE,
) -> Page[T]:
    """Return the page with this number, from 1."""
    numbers = {"page": page, "page_size": page_size}
    response = await caller.call("GET", path, query=numbers)
    items = [parse(item) for item in objects(response.json())]
    return Page(items, _total(response))


async def pages_of(
    caller: Caller,
    path: str,
    parse: Callable[[Any], T],
    *,
    page_size: int = PAGE_SIZE,
) -> AsyncIterator[Page[T]]:
    """Yield page after page until all that there are have been seen.

    Raises:
        ProviderResponseInvalid: Logto, or a proxy, always gives the same page.
    """
    number, seen, former = 1, 0, None
    while True:
        page = await page_of(caller, path, parse, page=number, page_size=page_size)
        if page.items and page == former:
            raise ProviderResponseInvalid(path, reason="management_pages")
        yield page
        former = page
        seen += len(page.items)
        is_last = seen >= page.total if page.total is not None else False
        if is_last or len(page.items) < page_size:
            return
        number += 1


async def all_of(caller: Caller, path: str, parse: Callable[[Any], T]) -> list[T]:
    """Return the whole list."""
    return [item async for page in pages_of(caller, path, parse) for item in page.items]


def _total(response: Response) -> int | None:
    text = response.headers.get("total-number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
