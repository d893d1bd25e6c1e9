"""Token revocation (RFC 7009); at Logto the whole grant dies with the token."""

from __future__ import annotations

from aiohttp import web

from .answers import error_answer
from .client_authentication import authenticated_application
from .oidc_error import OidcError, invalid_request
from .parameters import Parameters, form
from .tenant import TENANT


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.post("/oidc/token/revocation", revoke)]


async def revoke(request: web.Request) -> web.Response:
    """Kill a token and everything that came from the same sign-in."""
    tenant = request.app[TENANT]
    try:
        parameters = await form(request)
        application = authenticated_application(request, tenant, parameters)
        value = required_token(parameters, "revoked", "revocation")
        for kind in ("access_token", "refresh_token"):
            token = tenant.grants.find(kind, value)
            if token is None:
                continue
            if token.app_id != application.app_id:
                raise invalid_request(
                    "client is not authorized to revoke the presented token"
                )
            tenant.grants.revoke(token.grant_id)
    except OidcError as error:
        return error_answer(error, no_store=False)
    return web.Response(
        text="", headers={"Access-Control-Allow-Origin": "*"}, content_type="text/plain"
    )


def required_token(parameters: Parameters, verb: str, endpoint: str) -> str:
    """Return the ``token`` parameter.

    Raises:
        OidcError: It is absent, or a JWT, which neither endpoint takes.
    """
    parameters.reject_duplicates()
    parameters.require("token")
    value = parameters.get("token") or ""
    if value.count(".") == 2:
        raise OidcError(
            "unsupported_token_type",
            f"Structured JWT Tokens cannot be {verb} via the {endpoint}_endpoint",
        )
    return value
