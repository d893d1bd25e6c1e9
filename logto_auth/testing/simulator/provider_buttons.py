"""The buttons that lead from Logto's pages to other ways to sign in."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from .page import Html, joined, render
from .tenant import Tenant


def social_ways(tenant: Tenant) -> list[tuple[str, str]]:
    """Return path and name of each provider on the sign-in page."""
    return [
        (f"/direct/social/{quote(provider.target, safe='')}", provider.name)
        for provider in tenant.social_providers().values()
    ]


def provider_buttons(app_id: str, ways: Iterable[tuple[str, str]]) -> Html:
    """Return a button for each path and name; nothing at all without any."""
    buttons = joined(
        render(
            "provider_button.html",
            path=path,
            name=name,
            initial=name[0],
            app_id=app_id,
        )
        for path, name in ways
    )
    return render("providers.html", buttons=buttons) if buttons else Html()
