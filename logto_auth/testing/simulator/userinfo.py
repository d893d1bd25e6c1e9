"""The userinfo endpoint, ``/oidc/me`` (OIDC Core, 5.3; RFC 6750)."""

from __future__ import annotations

from aiohttp import web

from .answers import error_answer, json_answer
from .claims import userinfo_claims, with_absolute_addresses
from .oidc_error import OidcError, invalid_request
from .parameters import form
from .tenant import TENANT, Tenant

_NOTHING_PROVIDED = "no access token provided"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.get("/oidc/me", userinfo), web.post("/oidc/me", userinfo)]


async def userinfo(request: web.Request) -> web.Response:
    """Tell the bearer of an access token about its person."""
    tenant = request.app[TENANT]
    try:
        token = tenant.grants.find("access_token", await _access_token(request))
        if token is None or token.is_expired:
            raise _invalid_token()
        if "openid" not in token.scopes:
            raise OidcError(
                "insufficient_scope",
                "access token missing openid scope",
                status=403,
                scope="openid",
            )
        person = tenant.person_of(token.sub)
        if person is None:
            raise _invalid_token()
    except OidcError as error:
        error.headers["WWW-Authenticate"] = _challenge(tenant, error)
        return error_answer(error)
    document = with_absolute_addresses(
        userinfo_claims(person, token.scopes), tenant.endpoint
    )
    return json_answer(document)


async def _access_token(request: web.Request) -> str:
    header = request.headers.get("Authorization")
    body = None
    if request.method == "POST":
        body = (await form(request)).get("access_token")
    query = request.query.get("access_token")
    if sum(value is not None for value in (header, body, query)) > 1:
        raise invalid_request("access token must only be provided using one mechanism")
    if query is not None:
        raise invalid_request("access tokens must not be provided via query parameter")
    if header is not None:
        parts = header.split(" ")
        if len(parts) != 2 or parts[0].lower() != "bearer":
            raise invalid_request("invalid authorization header value format")
        return parts[1]
    if body is None:
        raise OidcError("invalid_token", _NOTHING_PROVIDED, status=401)
    return body


def _invalid_token() -> OidcError:
    return OidcError("invalid_token", "invalid token provided", status=401)


def _challenge(tenant: Tenant, error: OidcError) -> str:
    """Return the challenge; without a token it names no error (RFC 6750, 3.1)."""
    fields = {"realm": tenant.issuer}
    if error.description != _NOTHING_PROVIDED:
        fields |= error.parameters()
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in fields.items())
