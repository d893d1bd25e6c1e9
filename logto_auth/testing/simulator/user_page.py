"""The page of a user, where Logto's Console has one; nothing can be changed."""

from __future__ import annotations

import json

from aiohttp import web

from .answers import not_found
from .page import page, render
from .portrait import portrait
from .tenant import TENANT
from .user_document import user_document


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.get("/console/users/{subject}", show)]


async def show(request: web.Request) -> web.Response:
    """Show a user where a site's admin links to Logto's Console."""
    subject = request.match_info["subject"]
    for person in request.app[TENANT].people.values():
        if person.sub == subject:
            body = render(
                "user.html",
                name=person.display_name,
                portrait=portrait(person),
                document=json.dumps(user_document(person), indent=2),
            )
            return page(person.display_name, body)
    return not_found()
