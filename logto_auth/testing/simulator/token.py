"""The token endpoint: codes and refresh tokens for tokens (RFC 6749, OIDC Core 3.1.3).

Every code and refresh token that is not good is refused with the same words.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from .answers import error_answer, json_answer
from .application import Application
from .client_authentication import authenticated_application
from .grants import ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS, Token
from .oidc_error import OidcError, invalid_grant, invalid_request, invalid_target
from .parameters import Parameters, form
from .person import Person
from .pkce import check_verifier
from .tenant import TENANT, Tenant

_OTHER_GRANT_TYPES = (
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.post("/oidc/token", token)]


async def token(request: web.Request) -> web.Response:
    """Answer a token request."""
    tenant = request.app[TENANT]
    try:
        parameters = await form(request, accepts_json=True)
        application = authenticated_application(request, tenant, parameters)
        parameters.require("grant_type")
        grant_type = parameters.get("grant_type")
        if grant_type in _OTHER_GRANT_TYPES:
            raise invalid_request("requested grant type is not allowed for this client")
        if grant_type not in ("authorization_code", "refresh_token"):
            raise OidcError(
                "unsupported_grant_type", "unsupported grant_type requested"
            )
        parameters.reject_duplicates(["resource"])
        if grant_type == "authorization_code":
            document = _exchange_code(tenant, application, parameters)
        else:
            document = _refresh(tenant, application, parameters)
    except OidcError as error:
        return error_answer(error)
    return json_answer(tenant.forge_token_response(document))


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
    code.consumed_at = time.time()
    person = _person(tenant, code)
    _check_resource(parameters, code)
    refresh_token = None
    if "offline_access" in code.scopes or application.always_issue_refresh_token:
        refresh_token = tenant.grants.add(
            _derived("refresh_token", code, REFRESH_TOKEN_SECONDS)
        )
    return _answer(tenant, person, code, code.scopes, refresh_token)


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
    _check_organization(parameters, used, person)
    _check_resource(parameters, used)
    current = used
    if used.rotates:
        used.consumed_at = used.consumed_at or time.time()
        current = tenant.grants.add(
            _derived("refresh_token", used, REFRESH_TOKEN_SECONDS)
        )
    return _answer(tenant, person, current, scopes, current)


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


def _check_resource(parameters: Parameters, source: Token) -> None:
    """Refuse what was not asked for at the start, as Logto does.

    What was asked for would be a JWT, which is not simulated yet.
    """
    for resource in parameters.all("resource"):
        if resource not in source.resources:
            raise invalid_target()
        raise _not_simulated("access tokens for API resources")


def _check_organization(parameters: Parameters, source: Token, person: Person) -> None:
    organization_id = parameters.get("organization_id")
    if organization_id is None:
        return
    scope = "urn:logto:scope:organizations"
    if scope not in source.scopes:
        raise OidcError(
            "insufficient_scope",
            "refresh token missing required scope",
            status=403,
            scope=scope,
        )
    if organization_id not in [item.id for item in person.organizations]:
        raise OidcError(
            "access_denied", "user is not a member of the organization", status=403
        )
    raise _not_simulated("organization tokens")


def _not_simulated(what: str) -> OidcError:
    return OidcError("not_simulated", f"{what} are not simulated", status=501)


def _derived(kind: str, source: Token, lives: float) -> Token:
    return Token(
        kind=kind,
        grant_id=source.grant_id,
        app_id=source.app_id,
        sub=source.sub,
        scopes=source.scopes,
        lives=lives,
        session_uid=source.session_uid,
        nonce=source.nonce,
        auth_time=source.auth_time,
        resources=source.resources,
        first_issued_at=source.first_issued_at,
    )


def _answer(
    tenant: Tenant,
    person: Person,
    source: Token,
    scopes: Sequence[str],
    refresh_token: Token | None,
) -> dict[str, Any]:
    access_token = _derived("access_token", source, ACCESS_TOKEN_SECONDS)
    access_token.scopes = tuple(scopes)
    tenant.grants.add(access_token)
    document: dict[str, Any] = {
        "access_token": access_token.value,
        "expires_in": ACCESS_TOKEN_SECONDS,
    }
    if "openid" in scopes:
        document["id_token"] = tenant.id_token(person, source, scopes)
    if refresh_token is not None:
        document["refresh_token"] = refresh_token.value
    return {**document, "scope": " ".join(scopes), "token_type": "Bearer"}
