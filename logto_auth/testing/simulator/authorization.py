"""The authorization endpoint, ``/oidc/auth``, and where it continues after a prompt."""

from __future__ import annotations

from aiohttp import web

from .answers import error_answer, redirect
from .authorization_request import (
    AuthorizationRequest,
    checked_request,
    response_mode,
    wrong_redirect_uri,
)
from .cookies import delete_cookie
from .experience import first_page
from .grants import CODE_SECONDS, Grant, Token
from .interactions import Interaction
from .login_prompt import login_refusal
from .oidc_error import OidcError, session_not_found
from .parameters import Parameters, query_or_form
from .person import Person
from .response_mode import authorization_response
from .sessions import LogtoSession
from .tenant import TENANT, Tenant


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/oidc/auth", start),
        web.post("/oidc/auth", start),
        web.get("/oidc/auth/{uid}", resume),
    ]


async def start(request: web.Request) -> web.Response:
    """Answer an authorization request (OIDC Core, 3.1.2)."""
    tenant = request.app[TENANT]
    session = tenant.session_of(request)
    parameters = Parameters(())
    try:
        parameters = await query_or_form(request)
        wanted = checked_request(tenant, parameters)
        response = _continue(request, wanted, session)
    except OidcError as error:
        response = _error(tenant, parameters, error)
    return _with_session(tenant, response, session)


async def resume(request: web.Request) -> web.Response:
    """Continue where a page of Logto's has answered a prompt."""
    tenant = request.app[TENANT]
    uid, interaction = tenant.interactions.to_resume(request)
    session = tenant.session_of(request)
    try:
        if uid is None:
            raise session_not_found("authorization request has expired")
        if interaction is None:
            raise session_not_found("interaction session not found")
        if interaction.session_uid not in (None, session and session.uid):
            raise session_not_found(
                "interaction session and authentication session mismatch"
            )
    except OidcError as error:
        return error_answer(error, cors=False, more={"iss": tenant.issuer})
    tenant.interactions.end(interaction)
    if interaction.signed_in_sub and interaction.prompt == "login":
        session = _signed_in(tenant, session, interaction.signed_in_sub)
    wanted = interaction.request
    try:
        response = _continue(request, wanted, session, interaction)
    except OidcError as error:
        response = _redirected_error(tenant, wanted, error)
    delete_cookie(response, "_interaction_resume", path=interaction.resume_path)
    return _with_session(tenant, response, session)


def _signed_in(tenant: Tenant, session: LogtoSession | None, sub: str) -> LogtoSession:
    """Return the session after ``sub`` signed in; somebody else's ends first."""
    if session is not None and session.sub not in (None, sub):
        tenant.sessions.end(session, tenant.grants)
        session = None
    session = session or LogtoSession()
    tenant.sessions.sign_in(session, sub)
    return session


def _continue(
    request: web.Request,
    wanted: AuthorizationRequest,
    session: LogtoSession | None,
    answered: Interaction | None = None,
) -> web.Response:
    """Prompt for what is missing, or send the code.

    Raises:
        OidcError: ``prompt=none`` and something is missing, or access is denied.
    """
    tenant = request.app[TENANT]
    has_signed_in = answered is not None and answered.signed_in_sub is not None
    refusal = login_refusal(
        wanted, session, now=tenant.clock.now(), has_signed_in=has_signed_in
    )
    person = tenant.person_of(session.sub) if session else None
    if refusal is None and session is not None and person is not None:
        return _continue_as(request, wanted, session, person, answered)
    if "none" in wanted.prompts:
        raise OidcError("login_required", refusal)
    return _prompt(request, Interaction(wanted, "login"), session)


def _continue_as(
    request: web.Request,
    wanted: AuthorizationRequest,
    session: LogtoSession,
    person: Person,
    answered: Interaction | None,
) -> web.Response:
    """Ask ``person`` for consent if that is missing, or send the code."""
    tenant = request.app[TENANT]
    signed_in_sub = answered.signed_in_sub if answered else None
    application = tenant.applications[wanted.app_id]
    is_denied = person.username in application.access_control_denied
    if is_denied and signed_in_sub is None:
        raise OidcError("access_denied", "Access denied.")
    grant = _grant(tenant, wanted, session)
    scopes = tenant.granted_scopes(wanted, person)
    missing = set(scopes) - (grant.scopes if grant else set())
    if missing and "none" in wanted.prompts:
        raise OidcError("consent_required", "requested scopes not granted")
    has_consented = answered is not None and answered.is_consented
    if missing or ("consent" in wanted.prompts and not has_consented):
        consent = Interaction(wanted, "consent", signed_in_sub=signed_in_sub)
        return _prompt(request, consent, session)
    if is_denied:
        raise OidcError("access_denied", "Access denied.")
    if grant is None or not wanted.oidc_scopes:
        raise OidcError("access_denied")
    return _answer(tenant, wanted, session, grant, scopes)


def _prompt(
    request: web.Request, interaction: Interaction, session: LogtoSession | None
) -> web.Response:
    tenant = request.app[TENANT]
    if session is not None and session.sub is not None:
        interaction.session_uid = session.uid
    app_id = interaction.request.app_id
    if interaction.prompt == "login":
        location = first_page(app_id, interaction.request.experience)
    else:
        location = f"/consent?app_id={app_id}"
    response = redirect(location)
    tenant.interactions.start(request, response, interaction)
    return response


def _grant(
    tenant: Tenant, wanted: AuthorizationRequest, session: LogtoSession
) -> Grant | None:
    grant_id = session.authorization(wanted.app_id).grant_id
    return tenant.grants.grants.get(grant_id or "")


def _answer(
    tenant: Tenant,
    wanted: AuthorizationRequest,
    session: LogtoSession,
    grant: Grant,
    scopes: tuple[str, ...],
) -> web.Response:
    application = tenant.applications[wanted.app_id]
    authorization = session.authorization(wanted.app_id)
    outlives_session = "offline_access" in wanted.scopes
    if outlives_session:
        authorization.persists_logout = True
    code = tenant.grants.add(
        Token(
            kind="authorization_code",
            clock=tenant.clock,
            grant_id=grant.id,
            app_id=wanted.app_id,
            sub=grant.sub,
            scopes=scopes,
            lives=CODE_SECONDS,
            session_uid=None if outlives_session else session.uid,
            nonce=wanted.nonce,
            auth_time=session.signed_in_at if wanted.wants_auth_time else None,
            sid=authorization.sid if application.has_sid else None,
            resources=wanted.resources,
            redirect_uri=wanted.redirect_uri,
            code_challenge=wanted.code_challenge,
        )
    )
    return _callback(
        tenant,
        wanted.response_mode,
        wanted.redirect_uri,
        {"code": code.value, **_state(wanted.state)},
    )


def _redirected_error(
    tenant: Tenant, wanted: AuthorizationRequest, error: OidcError
) -> web.Response:
    parameters = {**error.parameters(), **_state(wanted.state)}
    return _callback(tenant, wanted.response_mode, wanted.redirect_uri, parameters)


def _error(tenant: Tenant, parameters: Parameters, error: OidcError) -> web.Response:
    """Send the error to the application if both are known, else show it."""
    state = _state(parameters.get("state"))
    redirect_uri = parameters.get("redirect_uri")
    application = tenant.applications.get(parameters.get("client_id") or "")
    if application and redirect_uri and redirect_uri not in application.redirect_uris:
        error = wrong_redirect_uri()
        redirect_uri = None
    if application is None or redirect_uri is None:
        return error_answer(error, cors=False, more={**state, "iss": tenant.issuer})
    return _callback(
        tenant,
        response_mode(parameters),
        redirect_uri,
        {**error.parameters(), **state},
    )


def _callback(
    tenant: Tenant, mode: str, redirect_uri: str, parameters: dict[str, str]
) -> web.Response:
    forged = tenant.forge_authorization_response({**parameters, "iss": tenant.issuer})
    return authorization_response(mode, redirect_uri, forged)


def _state(state: str | None) -> dict[str, str]:
    return {} if state is None else {"state": state}


def _with_session(
    tenant: Tenant, response: web.Response, session: LogtoSession | None
) -> web.Response:
    if session is not None:
        tenant.set_session_cookie(response, session)
    return response
