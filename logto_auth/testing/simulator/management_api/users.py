"""``/api/users``: the list of the tenant's people."""

from __future__ import annotations

from aiohttp import web

from ..tenant import TENANT
from .access import managed
from .pagination import paged
from .refusal import Refused

_PATH = "/api/users"
_PAGINATION = {"page", "page_size"}


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.get(_PATH, managed(list_users))]


async def list_users(request: web.Request) -> web.Response:
    """List the users, the newest first; none are searched for."""
    tenant = request.app[TENANT]
    if request.query.keys() - _PAGINATION:
        raise Refused(501, "connector.not_implemented", "Searching is not played here.")
    documents = [
        {**tenant.user_document(person), "hasPassword": bool(person.password)}
        for person in reversed(list(tenant.people.values()))
    ]
    return paged(request, documents)
