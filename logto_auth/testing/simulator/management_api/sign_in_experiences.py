"""``/api/sign-in-exp``: how the sign-in page is set up, and what everybody may read."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..sign_in_experience import SignInExperience
from ..tenant import TENANT
from .access import managed
from .body_guard import (
    Check,
    checked_body,
    flag,
    list_of,
    mapping,
    nullable,
    one_of,
    optional,
    text,
)
from .refusal import said

_PATH = "/api/sign-in-exp"
_EXACTLY: dict[str, Check] = {
    "socialSignInConnectorTargets": list_of(text),
    "signInMode": one_of("SignIn", "Register", "SignInAndRegister"),
}
_BY_TYPE: dict[type, Check] = {
    bool: flag,
    str: text,
    list: list_of(text),
    dict: mapping,
    type(None): nullable(lambda value, path: []),
}
_FIXED = ("tenantId", "id")


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get(_PATH, managed(show)),
        web.patch(_PATH, managed(update)),
        web.get("/api/.well-known/sign-in-exp", show_to_everybody),
    ]


async def show(request: web.Request) -> web.Response:
    """Show how the sign-in page is set up."""
    return said(request.app[TENANT].sign_in_experience.settings)


async def update(request: web.Request) -> web.Response:
    """Change the sign-in page; each setting is replaced as a whole."""
    tenant = request.app[TENANT]
    experience = tenant.sign_in_experience
    body = await checked_body(request, _checks(experience.settings))
    experience.change(body, tenant.connectors.values())
    return said(experience.settings)


async def show_to_everybody(request: web.Request) -> web.Response:
    """Say what the sign-in page offers, with its connectors; no token is needed."""
    tenant = request.app[TENANT]
    return said(tenant.sign_in_experience.public(tenant.connectors.values()))


def _checks(settings: dict[str, Any]) -> dict[str, Check]:
    """Return what the settings may be: of the type that they have at the beginning."""
    beginning = SignInExperience().settings
    return {
        name: optional(_EXACTLY.get(name) or _BY_TYPE[type(beginning[name])])
        for name in settings
        if name not in _FIXED
    }
