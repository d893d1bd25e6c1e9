"""Consent: automatic for one's own applications, asked for third-party ones."""

from __future__ import annotations

from aiohttp import web

from .answers import redirect
from .interaction import interaction_of, session_not_found_page
from .interactions import Interaction
from .page import joined, page, render
from .parameters import form
from .sessions import LogtoSession
from .tenant import TENANT, Tenant


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [web.get("/consent", show), web.post("/consent", give)]


async def show(request: web.Request) -> web.Response:
    """Grant what was asked for, ask the person, or say that access is denied."""
    tenant = request.app[TENANT]
    found = interaction_of(request, request.query.get("app_id"), prompt="consent")
    session = tenant.session_of(request)
    person = tenant.person_of(session.sub if session else None)
    if found is None or session is None or person is None:
        return session_not_found_page()
    application = tenant.applications[found.request.app_id]
    if person.username in application.access_control_denied:
        body = render("access_denied.html", application=application.name)
        return page("Access denied", body)
    if application.third_party:
        body = render(
            "consent.html",
            app_id=application.app_id,
            application=application.name,
            person=person.display_name,
            # What Logto's own button does: no code, no error and no state.
            cancel=found.request.redirect_uri,
            scopes=joined(
                render("scope.html", scope=scope) for scope in found.request.oidc_scopes
            ),
        )
        return page(f"Authorize {application.name}", body)
    return _granted(tenant, found, session)


async def give(request: web.Request) -> web.Response:
    """Take the person's yes to a third-party application."""
    tenant = request.app[TENANT]
    entered = await form(request)
    found = interaction_of(request, entered.get("app_id"), prompt="consent")
    session = tenant.session_of(request)
    if found is None or session is None or session.sub is None:
        return session_not_found_page()
    person = tenant.person_of(session.sub)
    application = tenant.applications[found.request.app_id]
    if person is None or person.username in application.access_control_denied:
        return session_not_found_page()
    return _granted(tenant, found, session)


def _granted(
    tenant: Tenant, interaction: Interaction, session: LogtoSession
) -> web.Response:
    wanted = interaction.request
    authorization = session.authorization(wanted.app_id)
    grant = tenant.grants.grants.get(authorization.grant_id or "")
    if grant is None:
        grant = tenant.grants.open(wanted.app_id, session.sub or "")
        authorization.grant_id = grant.id
        authorization.persists_logout = False
    grant.scopes |= set(wanted.oidc_scopes)
    interaction.is_consented = True
    return redirect(
        f"{tenant.endpoint}{interaction.resume_path}", status=302, no_store=False
    )
