"""Signing out at Logto (OIDC RP-Initiated Logout 1.0): always of every application."""

from __future__ import annotations

import hmac
import secrets

import jwt
from aiohttp import web

from .answers import error_answer, redirect
from .back_channel_logout import send_logout_tokens
from .cookies import delete_cookie
from .oidc_error import OidcError, invalid_request
from .page import page, render, self_posting_page
from .parameters import Parameters, query_or_form
from .response_mode import with_query
from .sessions import Logout, LogtoSession
from .tenant import TENANT, Tenant

CONFIRM_PATH = "/oidc/session/end/confirm"
SUCCESS_PATH = "/oidc/session/end/success"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/oidc/session/end", ask),
        web.post("/oidc/session/end", ask),
        web.post(CONFIRM_PATH, confirm),
        web.get(SUCCESS_PATH, succeeded),
    ]


async def ask(request: web.Request) -> web.Response:
    """Answer a page that confirms the sign-out by itself."""
    tenant = request.app[TENANT]
    session = tenant.session_of(request)
    try:
        parameters = await query_or_form(request)
        parameters.reject_duplicates()
        post_logout_redirect_uri = _post_logout_redirect_uri(tenant, parameters)
    except OidcError as error:
        response = error_answer(error, cors=False)
        if session is not None:
            tenant.set_session_cookie(response, session)
        return response
    session = session or LogtoSession()
    session.logout = Logout(
        xsrf=secrets.token_hex(24),
        state=parameters.get("state"),
        post_logout_redirect_uri=post_logout_redirect_uri,
    )
    tenant.sessions.save(session)
    response = self_posting_page(
        tenant.endpoint + CONFIRM_PATH,
        [("xsrf", session.logout.xsrf), ("logout", "yes")],
    )
    tenant.set_session_cookie(response, session)
    return response


async def confirm(request: web.Request) -> web.Response:
    """End the session and send the browser where the application wants it."""
    tenant = request.app[TENANT]
    session = tenant.session_of(request)
    try:
        parameters = await query_or_form(request)
        parameters.reject_duplicates()
        if session is None or session.logout is None:
            raise invalid_request("could not find logout details")
        logout = session.logout
        if not hmac.compare_digest(
            logout.xsrf.encode(), (parameters.get("xsrf") or "").encode()
        ):
            raise invalid_request("xsrf token invalid")
    except OidcError as error:
        return error_answer(error, cors=False)
    location = tenant.endpoint + SUCCESS_PATH
    if logout.post_logout_redirect_uri is not None:
        state = [] if logout.state is None else [("state", logout.state)]
        location = with_query(logout.post_logout_redirect_uri, state)
    session.logout = None
    response = redirect(location)
    if parameters.get("logout") is not None:
        await tenant.deliveries.answered(send_logout_tokens(tenant, session))
        tenant.sessions.end(session, tenant.grants)
        delete_cookie(response, "_session")
    return response


async def succeeded(request: web.Request) -> web.Response:
    """Say that the person is signed out; there was nowhere to go back to."""
    return page("Signed out", render("signed_out.html"))


def _post_logout_redirect_uri(tenant: Tenant, parameters: Parameters) -> str | None:
    """Return where to go afterwards; without an application, nowhere.

    Raises:
        OidcError: The application, the hint or the address is not acceptable.
    """
    app_id = parameters.get("client_id")
    hint = parameters.get("id_token_hint")
    if hint is not None:
        audience = _unverified_audience(hint)
        if app_id not in (None, audience):
            raise invalid_request("client_id does not match the provided id_token_hint")
        app_id = tenant.application_of(audience).app_id
        if tenant.issued_claims(hint) is None:
            raise invalid_request("could not validate id_token_hint")
    if app_id is None:
        return None
    application = tenant.application_of(app_id)
    wanted = parameters.get("post_logout_redirect_uri")
    if wanted is not None and wanted not in application.post_logout_redirect_uris:
        raise invalid_request("post_logout_redirect_uri not registered")
    return wanted


def _unverified_audience(hint: str) -> str:
    try:
        claims = jwt.decode(hint, options={"verify_signature": False})
        return str(claims["aud"])
    except (jwt.InvalidTokenError, KeyError):
        raise invalid_request("could not decode id_token_hint") from None
