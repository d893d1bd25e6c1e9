"""``/api/account-center``: what people may see and change of their own account."""

from __future__ import annotations

from aiohttp import web

from ....account_fields import ACCESS, ACCOUNT_FIELDS
from ..account_center import BEGINNING
from ..tenant import TENANT
from .access import managed
from .body_guard import checked_body, members, one_of, optional
from .refusal import said
from .settings_guard import settings_checks

_PATH = "/api/account-center"
_CONTROL = optional(one_of(*ACCESS))
_FIELDS = members(**dict.fromkeys(ACCOUNT_FIELDS, _CONTROL))
_CHECKS = settings_checks(BEGINNING, fields=_FIELDS)


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get(_PATH, managed(show)),
        web.patch(_PATH, managed(update)),
    ]


async def show(request: web.Request) -> web.Response:
    """Show what people may do with their own account."""
    return said(request.app[TENANT].account_center.settings)


async def update(request: web.Request) -> web.Response:
    """Change what people may do; each setting is replaced as a whole."""
    settings = request.app[TENANT].account_center.settings
    settings.update(await checked_body(request, _CHECKS))
    return said(settings)
