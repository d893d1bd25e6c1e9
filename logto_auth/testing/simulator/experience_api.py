"""Logto's Experience API, as far as a program signs in with a password through it."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .answers import json_answer
from .grants import opaque
from .interaction import INVALID_CREDENTIALS, SUSPENDED, with_password
from .interactions import Interaction
from .oidc_error import SESSION_NOT_FOUND
from .tenant import TENANT

_PREFIX = "/api/experience"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.put(_PREFIX, begin),
        web.post(f"{_PREFIX}/verification/password", verify_password),
        web.post(f"{_PREFIX}/identification", identify),
        web.post(f"{_PREFIX}/submit", submit),
    ]


async def begin(request: web.Request) -> web.Response:
    """Begin a sign-in, as Logto's own page does."""
    found = _interaction(request)
    if found is None:
        return _error(400, "session.not_found", SESSION_NOT_FOUND)
    found.verified.clear()
    found.identified_sub = None
    return web.Response(status=204)


async def verify_password(request: web.Request) -> web.Response:
    """Verify identifier and password."""
    found = _interaction(request)
    if found is None:
        return _error(400, "session.not_found", SESSION_NOT_FOUND)
    document = await _document(request)
    identifier = document.get("identifier")
    value = identifier.get("value") if isinstance(identifier, dict) else None
    person = with_password(request.app[TENANT], value, document.get("password"))
    if person is None:
        return _error(422, "session.invalid_credentials", INVALID_CREDENTIALS)
    if person.suspended:
        return _error(401, "user.suspended", SUSPENDED)
    verification_id = opaque()
    found.verified[verification_id] = person.sub
    return _json({"verificationId": verification_id})


async def identify(request: web.Request) -> web.Response:
    """Take a verification as proof of who is there."""
    found = _interaction(request)
    if found is None:
        return _error(400, "session.not_found", SESSION_NOT_FOUND)
    document = await _document(request)
    sub = found.verified.get(str(document.get("verificationId")))
    if sub is None:
        return _error(
            404,
            "session.verification_session_not_found",
            "The verification was not successful. Restart the verification flow and "
            "try again.",
        )
    found.identified_sub = sub
    return web.Response(status=204)


async def submit(request: web.Request) -> web.Response:
    """Finish the sign-in and say where the browser goes on."""
    tenant = request.app[TENANT]
    found = _interaction(request)
    person = tenant.person_of(found.identified_sub) if found else None
    if found is None or person is None:
        return _error(400, "session.not_found", SESSION_NOT_FOUND)
    tenant.sign_in(request, found, person)
    return _json({"redirectTo": tenant.endpoint + found.resume_path})


def _interaction(request: web.Request) -> Interaction | None:
    app_id = request.headers.get("Logto-App-Id")
    found = request.app[TENANT].interactions.of_page(request, app_id)
    return found if found is not None and found.prompt == "login" else None


async def _document(request: web.Request) -> dict[str, Any]:
    try:
        document = json.loads(await request.read())
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _json(document: Any, status: int = 200) -> web.Response:
    return json_answer(document, status=status, no_store=False, cors=False)


def _error(status: int, code: str, message: str) -> web.Response:
    return _json({"code": code, "message": message}, status)
