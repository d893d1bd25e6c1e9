"""The page at ``/``: what this is, what a site has to set, and who may sign in."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from .application import Application
from .page import Html, joined, page, render
from .portrait import portrait
from .tenant import TENANT, Tenant


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.get("/", show)]


async def show(request: web.Request) -> web.Response:
    """Tell a developer who opens the simulator's address what it is."""
    tenant = request.app[TENANT]
    body = render(
        "start.html",
        issuer=tenant.issuer,
        applications=joined(
            _application(tenant, application)
            for application in tenant.applications.values()
        ),
        people=joined(
            render("start_person.html", portrait=portrait(person))
            for person in tenant.people.values()
        ),
    )
    return page("What this is", body)


def _application(tenant: Tenant, application: Application) -> Html:
    shown = {
        "application": application.name,
        "endpoint": tenant.endpoint,
        "app_id": application.app_id,
        "secret": application.secret,
    }
    if application.is_machine:
        return render("start_machine.html", **shown)
    return render(
        "start_application.html",
        **shown,
        redirect_uris=_lines(application.redirect_uris),
        post_logout_redirect_uris=_lines(application.post_logout_redirect_uris),
    )


def _lines(addresses: Iterable[str]) -> Html | str:
    rows = [render("start_address.html", address=address) for address in addresses]
    return joined(rows) if rows else "none"
