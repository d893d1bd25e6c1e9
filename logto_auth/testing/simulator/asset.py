"""Files that pages need: portraits, drawn from initials, and the style sheet."""

from __future__ import annotations

import zlib

from aiohttp import web

from .answers import not_found
from .page import Html, render, stylesheet
from .tenant import TENANT


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/avatars/{username}.svg", show),
        web.get("/simulator.css", show_stylesheet),
        web.get("/favicon.ico", show_no_icon),
    ]


async def show(request: web.Request) -> web.Response:
    """Return the portrait of a person."""
    person = request.app[TENANT].people.get(request.match_info["username"])
    if person is None:
        return not_found()
    initials = "".join(word[0] for word in person.display_name.split()[:2])
    hue = zlib.crc32(person.username.encode()) % 360
    picture: Html = render("avatar.svg", initials=initials.upper(), hue=str(hue))
    return web.Response(
        text=picture,
        content_type="image/svg+xml",
        headers={
            "Cache-Control": "max-age=3600",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


async def show_stylesheet(request: web.Request) -> web.Response:
    """Return the style sheet of the simulator's pages."""
    return web.Response(
        text=stylesheet(),
        content_type="text/css",
        headers={"Cache-Control": "max-age=3600"},
    )


async def show_no_icon(request: web.Request) -> web.Response:
    """Say that there is no icon; browsers ask for one by themselves."""
    return web.Response(status=204)
