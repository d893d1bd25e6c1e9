"""Lists, reads, creates, changes and deletes entities of one kind."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from django.views.decorators.debug import sensitive_variables

from .caller import Caller
from .pages import all_of
from .shape import objects

T = TypeVar("T")
Parse = Callable[[Any], T]
Work = Coroutine[Any, Any, T]


def at(path: str, *ids: str) -> str:
    """Return ``path`` with each ``{}`` in it filled by an id."""
    return path.format(*(quote(item, safe="") for item in ids))


def listing(path: str, parse: Parse[T]) -> Callable[[Caller], Work[list[T]]]:
    """Return what lists all entities, page by page."""

    async def list_all(caller: Caller) -> list[T]:
        """Return all that there are."""
        return await all_of(caller, path, parse)

    return list_all


def plain_listing(path: str, parse: Parse[T]) -> Callable[[Caller], Work[list[T]]]:
    """Return what lists all entities where Logto has no pages."""

    async def list_all(caller: Caller) -> list[T]:
        """Return all that there are."""
        return [parse(item) for item in objects(await caller.get(path))]

    return list_all


def listing_of(path: str, parse: Parse[T]) -> Callable[[Caller, str], Work[list[T]]]:
    """Return what lists all that belongs to the entity with an id."""

    async def list_of(caller: Caller, id: str) -> list[T]:
        """Return all that belong to the one with this id."""
        return [parse(item) for item in objects(await caller.get(at(path, id)))]

    return list_of


def reading_one(path: str, parse: Parse[T]) -> Callable[[Caller], Work[T]]:
    """Return what reads the only entity at ``path``."""

    async def get(caller: Caller) -> T:
        """Return what there is."""
        return parse(await caller.get(path))

    return get


def changing_one(
    path: str, parse: Parse[T]
) -> Callable[[Caller, Mapping[str, Any]], Work[T]]:
    """Return what changes the only entity at ``path``."""

    @sensitive_variables()
    async def update(caller: Caller, changes: Mapping[str, Any]) -> T:
        """Change members, each as a whole; return what is there then."""
        return parse((await caller.call("PATCH", path, changes)).json())

    return update


def reading(path: str, parse: Parse[T]) -> Callable[[Caller, str], Work[T]]:
    """Return what reads the entity with an id."""

    async def get(caller: Caller, id: str) -> T:
        """Return the one with this id."""
        return parse(await caller.get(at(path, id)))

    return get


def creating(
    path: str, parse: Parse[T]
) -> Callable[[Caller, Mapping[str, Any]], Work[T]]:
    """Return what creates an entity."""

    @sensitive_variables()
    async def create(caller: Caller, document: Mapping[str, Any]) -> T:
        """Create one from Logto's JSON; return it."""
        return parse((await caller.call("POST", path, document)).json())

    return create


def changing(
    path: str, parse: Parse[T]
) -> Callable[[Caller, str, Mapping[str, Any]], Work[T]]:
    """Return what changes the entity with an id."""

    @sensitive_variables()
    async def update(caller: Caller, id: str, changes: Mapping[str, Any]) -> T:
        """Change members of one, each as a whole; return it."""
        return parse((await caller.call("PATCH", at(path, id), changes)).json())

    return update


def deleting(path: str) -> Callable[[Caller, str], Work[None]]:
    """Return what deletes the entity with an id."""

    async def delete(caller: Caller, id: str) -> None:
        """Delete the one with this id."""
        await caller.call("DELETE", at(path, id))

    return delete
