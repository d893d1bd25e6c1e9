"""Logto's own pages: sign in, register, consent."""

from __future__ import annotations

import re

from aiohttp import web

from .answers import redirect
from .interactions import Interaction
from .page import Html, joined, page, render
from .parameters import Parameters, form
from .person import Person
from .provider import PROVIDERS
from .tenant import TENANT, Tenant

INVALID_CREDENTIALS = "Incorrect account or password. Please check your input."
SUSPENDED = "This account is suspended."
_SIGN_IN_PATHS = (
    "/sign-in",
    "/identifier-sign-in",
    "/single-sign-on",
    "/reset-password",
)
_REGISTER_PATHS = ("/register", "/identifier-register")
_USERNAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        *(web.get(path, show_sign_in) for path in _SIGN_IN_PATHS),
        *(web.get(path, show_register) for path in _REGISTER_PATHS),
        web.post("/sign-in", sign_in),
        web.post("/register", register),
    ]


async def show_sign_in(request: web.Request) -> web.Response:
    """Ask who is there."""
    found = interaction_of(request, request.query.get("app_id"))
    if found is None:
        return session_not_found_page()
    return _sign_in_page(request.app[TENANT], found, message=found.take_message())


async def show_register(request: web.Request) -> web.Response:
    """Ask for what a new account needs."""
    found = interaction_of(request, request.query.get("app_id"))
    if found is None:
        return session_not_found_page()
    return _register_page(request.app[TENANT], found)


async def sign_in(request: web.Request) -> web.Response:
    """Sign in with identifier and password, or as a ready-made person."""
    tenant = request.app[TENANT]
    entered = await form(request)
    found = interaction_of(request, entered.get("app_id"))
    if found is None:
        return session_not_found_page()
    if entered.get("person") is not None:
        person = tenant.people.get(entered.get("person") or "")
    else:
        person = with_password(
            tenant, entered.get("identifier"), entered.get("password")
        )
    if person is None:
        return _sign_in_page(
            tenant,
            found,
            message=INVALID_CREDENTIALS,
            identifier=entered.get("identifier") or "",
            status=422,
        )
    if person.suspended:
        return _sign_in_page(tenant, found, message=SUSPENDED, status=401)
    return finished(found, person)


async def register(request: web.Request) -> web.Response:
    """Make a new person and sign them in."""
    tenant = request.app[TENANT]
    entered = await form(request)
    found = interaction_of(request, entered.get("app_id"))
    if found is None:
        return session_not_found_page()
    username = entered.get("username") or ""
    email = entered.get("email")
    problem = ""
    if not _USERNAME.fullmatch(username):
        problem = (
            "Username should only contain letters, numbers, or the underscore, and "
            "not begin with a number."
        )
    elif username in tenant.people:
        problem = "This username is already in use."
    elif email and any(person.email == email for person in tenant.people.values()):
        problem = "This email is associated with an existing account."
    elif not entered.get("password"):
        problem = "Password is required."
    if problem:
        return _register_page(tenant, found, message=problem, entered=entered)
    person = Person(
        username=username,
        password=entered.get("password") or "",
        name=entered.get("name"),
        email=email,
        shows="Registered here.",
    )
    tenant.people[username] = person
    return finished(found, person)


def interaction_of(
    request: web.Request, app_id: str | None, *, prompt: str = "login"
) -> Interaction | None:
    """Return the interaction that waits for an answer to ``prompt``."""
    found = request.app[TENANT].interactions.of_page(request, app_id)
    return found if found is not None and found.prompt == prompt else None


def finished(interaction: Interaction, person: Person) -> web.Response:
    """Send the browser on: ``person`` has signed in."""
    interaction.signed_in_sub = person.sub
    person.signed_in()
    return redirect(interaction.resume_path)


def session_not_found_page() -> web.Response:
    """Return what is shown when there is no sign-in to continue."""
    body = render("session_not_found.html")
    return page("Session not found", body, status=400)


def with_password(
    tenant: Tenant, identifier: str | None, password: str | None
) -> Person | None:
    """Return the person with this username, address or number, and password."""
    if not identifier or not password:
        return None
    for person in tenant.people.values():
        if identifier in (person.username, person.email, person.phone):
            return person if person.password == password else None
    return None


def _shown_password(person: Person) -> Html | str:
    if not person.password:
        return "no password"
    return render("password.html", password=person.password)


def _alert(message: str) -> Html:
    return render("alert.html", message=message) if message else Html()


def _sign_in_page(
    tenant: Tenant,
    interaction: Interaction,
    *,
    message: str = "",
    identifier: str = "",
    status: int = 200,
) -> web.Response:
    wanted = interaction.request
    application = tenant.applications[wanted.app_id]
    body = render(
        "sign_in.html",
        app_id=wanted.app_id,
        application=application.name,
        alert=_alert(message),
        identifier=identifier or wanted.experience.get("login_hint", ""),
        providers=joined(
            render(
                "provider_button.html",
                target=provider.target,
                name=provider.name,
                app_id=wanted.app_id,
            )
            for provider in PROVIDERS.values()
        ),
        people=joined(
            render(
                "person.html",
                app_id=wanted.app_id,
                username=person.username,
                name=person.display_name,
                password=_shown_password(person),
                shows=person.shows,
            )
            for person in tenant.people.values()
        ),
    )
    return page(f"Sign in to {application.name}", body, status=status)


def _register_page(
    tenant: Tenant,
    interaction: Interaction,
    *,
    message: str = "",
    entered: Parameters | None = None,
) -> web.Response:
    wanted = interaction.request
    application = tenant.applications[wanted.app_id]
    values = entered or Parameters(())
    body = render(
        "register.html",
        app_id=wanted.app_id,
        application=application.name,
        alert=_alert(message),
        username=values.get("username") or "",
        name=values.get("name") or "",
        email=values.get("email") or wanted.experience.get("login_hint", ""),
    )
    title = f"Create an account for {application.name}"
    return page(title, body, status=422 if message else 200)
