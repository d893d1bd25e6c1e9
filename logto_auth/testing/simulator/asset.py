"""Files that pages need: portraits, drawn from initials, style sheets, the icon."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from importlib import resources

from aiohttp import web

from .answers import not_found, redirect
from .page import Html, render
from .tenant import TENANT

# The look is the package's own; its style sheet and icon are no copies.
_FILES: Mapping[str, tuple[str, str]] = {
    "/logto_auth.css": ("static/logto_auth/logto_auth.css", "text/css"),
    "/simulator.css": ("testing/simulator/pages/simulator.css", "text/css"),
    "/icon.svg": ("static/logto_auth/icon.svg", "image/svg+xml"),
}


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/avatars/{username}.svg", show),
        *(web.get(path, show_file) for path in _FILES),
        web.get("/favicon.ico", show_icon),
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


async def show_file(request: web.Request) -> web.Response:
    """Return a style sheet or the icon of the simulator's pages."""
    name, content_type = _FILES[request.path]
    file = resources.files("logto_auth").joinpath(name)
    return web.Response(
        text=file.read_text(encoding="utf-8"),
        content_type=content_type,
        headers={"Cache-Control": "max-age=3600"},
    )


async def show_icon(request: web.Request) -> web.Response:
    """Return the icon that browsers ask for by themselves."""
    return redirect("/icon.svg", status=302, no_store=False)
