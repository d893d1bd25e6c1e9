"""``/api/sign-in-exp``: how the sign-in page is set up, and what everybody may read."""

from __future__ import annotations

from aiohttp import web

from ..sign_in_experience import BEGINNING
from ..tenant import TENANT
from .access import managed
from .body_guard import (
    checked_body,
    flag,
    list_of,
    members,
    one_of,
    text,
)
from .refusal import said
from .settings_guard import settings_checks
from .sign_in_rules import check_methods

_PATH = "/api/sign-in-exp"
_IDENTIFIER = one_of("username", "email", "phone")
_CHECKS = settings_checks(
    BEGINNING,
    signInMode=one_of("SignIn", "Register", "SignInAndRegister"),
    agreeToTermsPolicy=one_of("Automatic", "ManualRegistrationOnly", "Manual"),
    socialSignInConnectorTargets=list_of(text),
    signUp=members(identifiers=list_of(_IDENTIFIER), password=flag, verify=flag),
    signIn=members(
        methods=list_of(
            members(
                identifier=_IDENTIFIER,
                password=flag,
                verificationCode=flag,
                isPasswordPrimary=flag,
            )
        )
    ),
)


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
    body = await checked_body(request, _CHECKS)
    check_methods({**experience.settings, **body}, tenant.connectors.values())
    experience.change(body, tenant.connectors.values())
    return said(experience.settings)


async def show_to_everybody(request: web.Request) -> web.Response:
    """Say what the sign-in page offers, with its connectors; no token is needed."""
    tenant = request.app[TENANT]
    return said(tenant.sign_in_experience.public(tenant.connectors.values()))
