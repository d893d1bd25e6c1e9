"""The token endpoint: codes and refresh tokens for tokens (RFC 6749, OIDC Core 3.1.3).

Every code and refresh token that is not good is refused with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from .access_token import Target, jwt_token, opaque_token, requested_target
from .answers import error_answer, json_answer
from .application import Application
from .client_authentication import authenticated_application
from .client_credentials import client_credentials
from .grants import REFRESH_TOKEN_SECONDS, Token
from .oidc_error import OidcError, invalid_grant, invalid_request
from .parameters import Parameters, form
from .person import Person
from .pkce import check_verifier
from .tenant import TENANT, Tenant


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.post("/oidc/token", token)]


async def token(request: web.Request) -> web.Response:
    """Give tokens for a code, a refresh token or a machine's credentials."""
    tenant = request.app[TENANT]
    try:
        parameters = await form(request, accepts_json=True)
        application = authenticated_application(request, tenant, parameters)
        answer = _grant(application, parameters)
        parameters.reject_duplicates(["resource"])
        document = answer(tenant, application, parameters)
    except OidcError as error:
        return error_answer(error)
    return json_answer(document)


def _grant(application: Application, parameters: Parameters) -> _Grant:
    parameters.require("grant_type")
    grant_type = parameters.get("grant_type") or ""
    if grant_type not in (*_GRANTS, *_NEVER_ALLOWED):
        raise OidcError("unsupported_grant_type", "unsupported grant_type requested")
    if grant_type not in application.grant_types:
        raise invalid_request("requested grant type is not allowed for this client")
    return _GRANTS[grant_type]


def _exchange_code(
    tenant: Tenant, application: Application, parameters: Parameters
) -> dict[str, Any]:
    parameters.require("code", "redirect_uri")
    code = tenant.grants.find("authorization_code", parameters.get("code"))
    if code is None or code.app_id != application.app_id or code.is_expired:
        raise invalid_grant()
    check_verifier(parameters.get("code_verifier"), code.code_challenge)
    if code.redirect_uri != parameters.get("redirect_uri"):
        raise invalid_grant()
    if code.consumed_at is not None:
        tenant.grants.revoke(code.grant_id)
        raise invalid_grant()
    code.consumed_at = tenant.clock.now()
    person = _person(tenant, code)
    target = requested_target(tenant, parameters, code, person, code.scopes)
    refresh_token = None
    if "offline_access" in code.scopes or application.always_issue_refresh_token:
        refresh_token = tenant.grants.add(
            code.derived("refresh_token", REFRESH_TOKEN_SECONDS)
        )
    return _answer(tenant, person, code, code.scopes, target, refresh_token)


def _refresh(
    tenant: Tenant, application: Application, parameters: Parameters
) -> dict[str, Any]:
    parameters.require("refresh_token")
    used = tenant.grants.find("refresh_token", parameters.get("refresh_token"))
    if used is None or used.app_id != application.app_id or used.is_expired:
        raise invalid_grant()
    scopes = _narrowed(used, parameters.get("scope"))
    person = _person(tenant, used)
    if used.is_reused:
        tenant.grants.revoke(used.grant_id)
        raise invalid_grant()
    target = requested_target(tenant, parameters, used, person, scopes)
    current = used
    if used.rotates(is_public=application.is_public):
        used.consumed_at = used.consumed_at or tenant.clock.now()
        # A public application's next one dies when the first would have died.
        lives = used.remaining if application.is_public else REFRESH_TOKEN_SECONDS
        current = tenant.grants.add(used.derived("refresh_token", lives))
    return _answer(tenant, person, current, scopes, target, current)


_Grant = Callable[[Tenant, Application, Parameters], dict[str, Any]]
_GRANTS: Mapping[str, _Grant] = {
    "authorization_code": _exchange_code,
    "refresh_token": _refresh,
    "client_credentials": client_credentials,
}
# Logto knows them, but no application here is set up for them.
_NEVER_ALLOWED = (
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)


def _person(tenant: Tenant, token: Token) -> Person:
    person = tenant.person_of(token.sub)
    if person is None:
        raise invalid_grant()
    return person


def _narrowed(token: Token, scope: str | None) -> Sequence[str]:
    if scope is None:
        return token.scopes
    wanted = tuple(dict.fromkeys(scope.split()))
    missing = [item for item in wanted if item not in token.scopes]
    if missing:
        plural = "" if len(missing) == 1 else "s"
        raise OidcError(
            "invalid_scope",
            f"refresh token missing requested scope{plural}",
            scope=" ".join(missing),
        )
    return wanted


def _answer(
    tenant: Tenant,
    person: Person,
    source: Token,
    scopes: Sequence[str],
    target: Target | None,
    refresh_token: Token | None,
) -> dict[str, Any]:
    if target is None:
        document = opaque_token(tenant, source, scopes)
    else:
        document = jwt_token(
            tenant,
            target,
            sub=person.sub,
            app_id=source.app_id,
            scope=target.granted(scopes),
        )
    if "openid" in scopes:
        document["id_token"] = tenant.id_token(person, source, scopes)
    if refresh_token is not None:
        document["refresh_token"] = refresh_token.value
    return {**document, "token_type": "Bearer"}
