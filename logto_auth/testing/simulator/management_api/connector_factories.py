"""``/api/connector-factories``: which kinds of connectors there can be."""

from __future__ import annotations

from aiohttp import web

from ..connector_factory import FACTORIES
from .access import managed
from .refusal import not_found, said

_PATH = "/api/connector-factories"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get(_PATH, managed(list_factories)),
        web.get(f"{_PATH}/{{factory_id}}", managed(show_factory)),
    ]


async def list_factories(request: web.Request) -> web.Response:
    """List the kinds of connectors."""
    return said([factory.document() for factory in FACTORIES.values()])


async def show_factory(request: web.Request) -> web.Response:
    """Say what a kind of connector asks for."""
    factory = FACTORIES.get(request.match_info["factory_id"])
    if factory is None:
        raise not_found()
    return said(factory.document())
