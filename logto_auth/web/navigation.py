"""What kind of request asks for a sign-in: a person's navigation, or something else."""

from __future__ import annotations

from enum import Enum

from django.http import HttpRequest


class Navigation(Enum):
    """PAGE starts a sign-in; the others must not."""

    PAGE = "page"
    SPECULATIVE = "speculative"
    EMBEDDED = "embedded"
    SCRIPT = "script"
    HTMX = "htmx"


def navigation_of(request: HttpRequest) -> Navigation:
    """Return who asks, from fetch metadata and what libraries send.

    Where there is no fetch metadata (plain http, old browsers), ``Accept`` tells: a
    navigation always names HTML.
    """
    headers = request.headers
    if headers.get("HX-Request") == "true":
        return Navigation.HTMX
    purposes = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    if any("prefetch" in purpose or "preview" in purpose for purpose in purposes):
        return Navigation.SPECULATIVE
    if headers.get("X-Requested-With") == "XMLHttpRequest":
        return Navigation.SCRIPT
    mode, dest = headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")
    if mode and mode != "navigate":
        return Navigation.SCRIPT if dest in (None, "empty") else Navigation.EMBEDDED
    if dest and dest != "document":
        return Navigation.EMBEDDED
    if mode is None and "html" not in headers.get("Accept", "html"):
        return Navigation.SCRIPT
    return Navigation.PAGE


def tells_who_asks(request: HttpRequest) -> bool:
    """Tell whether there is fetch metadata: a browser, over https or on localhost."""
    return "Sec-Fetch-Site" in request.headers


def is_clicked(request: HttpRequest) -> bool:
    """Tell from fetch metadata whether somebody acted on a page to come here.

    Addresses that were typed, bookmarked or restored come from no page, and pages that
    move on by themselves from no person.
    """
    headers = request.headers
    return headers.get("Sec-Fetch-Site") != "none" and "Sec-Fetch-User" in headers
