"""Logto's own authorization parameters and the page that they lead to first."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from .parameters import Parameters

FIRST_SCREENS: Mapping[str, str] = {
    "sign_in": "sign-in",
    "register": "register",
    "reset_password": "reset-password",
    "identifier:sign_in": "identifier-sign-in",
    "identifier:register": "identifier-register",
    "single_sign_on": "single-sign-on",
    "signIn": "sign-in",
}
INTERACTION_MODES: Mapping[str, str] = {"signIn": "sign-in", "signUp": "register"}
_PLAIN = (
    "direct_sign_in",
    "organization_id",
    "login_hint",
    "ui_locales",
    "identifier",
    "one_time_token",
    "google_one_tap_credential",
    "theme",
)


def experience_parameters(parameters: Parameters) -> dict[str, str]:
    """Return Logto's parameters; none at all when one of them is not valid."""
    found = {
        name: value
        for name in ("first_screen", "interaction_mode", *_PLAIN)
        if (value := parameters.get(name)) is not None
    }
    if found.get("first_screen", "sign_in") not in FIRST_SCREENS:
        return {}
    if found.get("interaction_mode", "signIn") not in INTERACTION_MODES:
        return {}
    return found


def first_page(app_id: str, experience: Mapping[str, str]) -> str:
    """Return the path and query where a person signs in."""
    screen = (
        FIRST_SCREENS.get(experience.get("first_screen", ""))
        or INTERACTION_MODES.get(experience.get("interaction_mode", ""))
        or "sign-in"
    )
    passed = ("organization_id", "ui_locales", "one_time_token", "login_hint")
    query = {"app_id": app_id}
    query |= {
        name: experience[name] for name in (*passed, "identifier") if name in experience
    }
    if "direct_sign_in" in experience:
        query["fallback"] = screen
        method, target = (*experience["direct_sign_in"].split(":"), "")[:2]
        screen = "/".join(quote(part) for part in ("direct", method, target) if part)
    return f"/{screen}?{urlencode(query)}"
