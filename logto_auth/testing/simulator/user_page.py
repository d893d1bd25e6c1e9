"""The page of a user, where Logto's Console has one: they can be suspended there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from .answers import error_answer, not_found, redirect
from .oidc_error import OidcError
from .page import page, render
from .parameters import form
from .portrait import portrait
from .tenant import TENANT
from .user_document import user_document

if TYPE_CHECKING:
    from .person import Person


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/console/users/{subject}", show),
        web.post("/console/users/{subject}", change),
    ]


async def show(request: web.Request) -> web.Response:
    """Show a user where a site's admin links to Logto's Console."""
    person = _person(request)
    if person is None:
        return not_found()
    body = render(
        "user.html",
        name=person.display_name,
        portrait=portrait(person),
        state="Suspended" if person.suspended else "Active",
        action="reactivate" if person.suspended else "suspend",
        button="Reactivate" if person.suspended else "Suspend",
        document=json.dumps(user_document(person), indent=2),
    )
    return page(person.display_name, body)


async def change(request: web.Request) -> web.Response:
    """Suspend or reactivate a user, and tell the hooks."""
    from .console import Console

    person, tenant = _person(request), request.app[TENANT]
    if person is None or not isinstance(tenant, Console):
        return not_found()
    try:
        action = (await form(request)).get("action")
    except OidcError as error:
        return error_answer(error, cors=False)
    if action == "suspend":
        tenant.suspend(person.username)
    elif action == "reactivate":
        tenant.reactivate(person.username)
    return redirect(request.path)


def _person(request: web.Request) -> Person | None:
    subject = request.match_info["subject"]
    people = list(request.app[TENANT].people.values())
    return next((person for person in people if person.sub == subject), None)
