"""Token introspection (RFC 7662), open to every application of the tenant.

Only a public one, which cannot prove who it is, learns nothing about others' tokens.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import error_answer, json_answer
from .client_authentication import authenticated_application
from .grants import Token
from .oidc_error import OidcError
from .parameters import form
from .revocation import required_token
from .tenant import TENANT


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.post("/oidc/token/introspection", introspect)]


async def introspect(request: web.Request) -> web.Response:
    """Say what an access token or refresh token is good for."""
    tenant = request.app[TENANT]
    try:
        parameters = await form(request)
        application = authenticated_application(request, tenant, parameters)
        value = required_token(parameters, "introspected", "introspection")
    except OidcError as error:
        return error_answer(error)
    for kind in ("access_token", "refresh_token"):
        token = tenant.grants.find(kind, value)
        if token is None or not tenant.grants.is_alive(value):
            continue
        if token.app_id == application.app_id or not application.is_public:
            return json_answer(_document(token, tenant.issuer))
    return json_answer({"active": False})


def _document(token: Token, issuer: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "active": True,
        "sub": token.sub,
        "client_id": token.app_id,
        "exp": int(token.issued_at + token.lives),
        "iat": int(token.issued_at),
        "iss": issuer,
        "scope": " ".join(token.scopes),
    }
    if token.kind == "access_token":
        document |= {"token_type": "Bearer"}
    return document
