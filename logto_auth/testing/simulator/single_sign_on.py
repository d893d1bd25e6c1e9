"""The page that asks for a work address and leads to the enterprise's own provider."""

from __future__ import annotations

from aiohttp import web

from .interaction import (
    SINGLE_SIGN_ON_PATH,
    alert,
    interaction_of,
    is_of_enterprise,
    session_not_found_page,
    to_enterprise,
)
from .interactions import Interaction
from .page import page, render
from .parameters import form

NOT_ENABLED = "Single sign-on is not enabled for this email address."


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get(SINGLE_SIGN_ON_PATH, ask),
        web.post(SINGLE_SIGN_ON_PATH, lead),
    ]


async def ask(request: web.Request) -> web.Response:
    """Ask for the work address, whose domain tells the enterprise."""
    found = interaction_of(request, request.query.get("app_id"))
    if found is None:
        return session_not_found_page()
    return _page(found, email=found.request.experience.get("login_hint", ""))


async def lead(request: web.Request) -> web.Response:
    """Send the browser to the provider of the address's domain."""
    entered = await form(request)
    found = interaction_of(request, entered.get("app_id"))
    if found is None:
        return session_not_found_page()
    email = entered.get("email") or ""
    if is_of_enterprise(email):
        return to_enterprise(found)
    return _page(found, email=email, message=NOT_ENABLED)


def _page(interaction: Interaction, *, email: str, message: str = "") -> web.Response:
    body = render(
        "single_sign_on.html",
        app_id=interaction.request.app_id,
        alert=alert(message),
        email=email,
    )
    return page("Enterprise SSO", body, status=422 if message else 200)
