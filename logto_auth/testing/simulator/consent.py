"""Consent: automatic for one's own applications, asked for third-party ones."""

from __future__ import annotations

from aiohttp import web

from .answers import error_answer, json_answer, redirect
from .interaction import interaction_of, session_not_found_page
from .interactions import Interaction
from .oidc_error import session_not_found
from .page import joined, page, render
from .parameters import form
from .person import Person
from .sessions import LogtoSession
from .tenant import TENANT, Tenant

_API_PATH = "/api/interaction/consent"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/consent", show),
        web.post("/consent", give),
        web.get(_API_PATH, tell),
        web.post(_API_PATH, give_by_api),
    ]


async def show(request: web.Request) -> web.Response:
    """Grant what was asked for, ask the person, or say that access is denied."""
    tenant = request.app[TENANT]
    asked = _asked(request, request.query.get("app_id"))
    if asked is None:
        return session_not_found_page()
    found, _, person = asked
    application = tenant.applications[found.request.app_id]
    if person.username in application.access_control_denied:
        body = render("access_denied.html", application=application.name)
        return page("Access denied", body)
    if not application.third_party:
        _grant(tenant, *asked)
        return _resumed(tenant, found)
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


async def give(request: web.Request) -> web.Response:
    """Take the person's yes to a third-party application."""
    tenant = request.app[TENANT]
    asked = _asked(request, (await form(request)).get("app_id"))
    if asked is None or _is_denied(tenant, *asked):
        return session_not_found_page()
    _grant(tenant, *asked)
    return _resumed(tenant, asked[0])


async def tell(request: web.Request) -> web.Response:
    """Say what Logto's consent page would ask, for a program."""
    tenant = request.app[TENANT]
    asked = _asked(request, request.headers.get("Logto-App-Id"))
    if asked is None:
        return error_answer(session_not_found("interaction session not found"))
    found, session, person = asked
    application = tenant.applications[found.request.app_id]
    granted = tenant.grants.grants.get(
        session.authorization(application.app_id).grant_id or ""
    )
    missing = [
        scope
        for scope in found.request.oidc_scopes
        if scope not in (*_NEVER_ASKED, *(granted.scopes if granted else ()))
    ]
    document = {
        "application": {"id": application.app_id, "name": application.name},
        "user": {
            "id": person.sub,
            "name": person.name,
            "avatar": person.picture,
            "username": person.username,
            "primaryEmail": person.email,
            "primaryPhone": person.phone,
        },
        "organizations": [],
        "missingOIDCScope": missing,
        "missingResourceScopes": [],
        "redirectUri": found.request.redirect_uri,
    }
    return json_answer(document, no_store=False, cors=False)


async def give_by_api(request: web.Request) -> web.Response:
    """Take the person's yes from a program and say where the browser goes on."""
    tenant = request.app[TENANT]
    asked = _asked(request, request.headers.get("Logto-App-Id"))
    if asked is None or _is_denied(tenant, *asked):
        return error_answer(session_not_found("interaction session not found"))
    _grant(tenant, *asked)
    document = {"redirectTo": tenant.endpoint + asked[0].resume_path}
    return json_answer(document, no_store=False, cors=False)


_Asked = tuple[Interaction, LogtoSession, Person]
_NEVER_ASKED = ("openid", "offline_access")


def _asked(request: web.Request, app_id: str | None) -> _Asked | None:
    """Return who is asked for consent, and where; None when nobody is."""
    tenant = request.app[TENANT]
    found = interaction_of(request, app_id, prompt="consent")
    session = tenant.session_of(request)
    person = tenant.person_of(session.sub if session else None)
    if found is None or session is None or person is None:
        return None
    return found, session, person


def _is_denied(
    tenant: Tenant, interaction: Interaction, session: LogtoSession, person: Person
) -> bool:
    application = tenant.applications[interaction.request.app_id]
    return person.username in application.access_control_denied


def _grant(
    tenant: Tenant, interaction: Interaction, session: LogtoSession, person: Person
) -> None:
    wanted = interaction.request
    authorization = session.authorization(wanted.app_id)
    grant = tenant.grants.grants.get(authorization.grant_id or "")
    if grant is None:
        grant = tenant.grants.open(wanted.app_id, person.sub)
        authorization.grant_id = grant.id
        authorization.persists_logout = False
    grant.scopes |= set(tenant.granted_scopes(wanted, person))
    person.application_id = person.application_id or wanted.app_id
    interaction.is_consented = True


def _resumed(tenant: Tenant, interaction: Interaction) -> web.Response:
    return redirect(
        f"{tenant.endpoint}{interaction.resume_path}", status=302, no_store=False
    )
