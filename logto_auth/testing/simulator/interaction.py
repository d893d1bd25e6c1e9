"""Logto's own pages: sign in, register, consent."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from .answers import redirect
from .identifiers import USERNAME_LENGTH, is_email, is_username
from .interactions import Interaction
from .page import Html, joined, page, render
from .parameters import Parameters, form
from .person import Person
from .portrait import portrait
from .provider import ENTERPRISE
from .provider_buttons import provider_buttons, social_ways
from .tenant import TENANT, Tenant

INVALID_CREDENTIALS = "Incorrect account or password. Please check your input."
SUSPENDED = "This account is suspended."
_SIGN_IN_PATHS = (
    "/sign-in",
    "/identifier-sign-in",
    "/reset-password",
)
SINGLE_SIGN_ON_PATH = "/single-sign-on"
_REGISTER_PATHS = ("/register", "/identifier-register")


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        *(web.get(path, show_sign_in) for path in _SIGN_IN_PATHS),
        *(web.get(path, show_register) for path in _REGISTER_PATHS),
        web.post("/sign-in", sign_in),
        web.post("/register", register),
    ]


async def show_sign_in(request: web.Request) -> web.Response:
    """Show the sign-in page: a password, providers and the ready-made people."""
    found = interaction_of(request, request.query.get("app_id"))
    if found is None:
        return session_not_found_page()
    return _sign_in_page(request.app[TENANT], found, message=found.take_message())


async def show_register(request: web.Request) -> web.Response:
    """Show the form for a new account."""
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
    elif is_of_enterprise(entered.get("identifier")):
        return to_enterprise(found)
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
    return finished(request, found, person)


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
    if not is_username(username):
        problem = (
            "Username should only contain letters, numbers, or the underscore, not "
            f"begin with a number, and have at most {USERNAME_LENGTH} characters."
        )
    elif username in tenant.people:
        problem = "This username is already in use."
    elif email and not is_email(email):
        problem = "The email is invalid."
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
        created_at=tenant.clock.milliseconds(),
    )
    tenant.people[username] = person
    return finished(request, found, person, is_new=True)


def interaction_of(
    request: web.Request, app_id: str | None, *, prompt: str = "login"
) -> Interaction | None:
    """Return the interaction that waits for an answer to ``prompt``."""
    found = request.app[TENANT].interactions.of_page(request, app_id)
    return found if found is not None and found.prompt == prompt else None


def finished(
    request: web.Request,
    interaction: Interaction,
    person: Person,
    *,
    is_new: bool = False,
) -> web.Response:
    """Send the browser on: ``person`` has signed in, or registered."""
    request.app[TENANT].sign_in(request, interaction, person, is_new=is_new)
    return redirect(interaction.resume_path)


def is_of_enterprise(identifier: str | None) -> bool:
    """Whether this is an address of people who sign in with enterprise SSO."""
    return (identifier or "").lower().endswith(f"@{ENTERPRISE.domain}")


def to_enterprise(interaction: Interaction) -> web.Response:
    """Send the browser to the enterprise's provider."""
    query = urlencode({"app_id": interaction.request.app_id, "fallback": "sign-in"})
    return redirect(f"/direct/sso/{ENTERPRISE.target}?{query}")


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


def alert(message: str) -> Html:
    """Return ``message`` as pages show one, which may be empty."""
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
        alert=alert(message),
        identifier=identifier or wanted.experience.get("login_hint", ""),
        providers=provider_buttons(
            wanted.app_id,
            [*social_ways(tenant), (SINGLE_SIGN_ON_PATH, "enterprise SSO")],
        ),
        people=joined(
            render(
                "person.html",
                app_id=wanted.app_id,
                username=person.username,
                portrait=portrait(person),
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
        alert=alert(message),
        username=values.get("username") or "",
        name=values.get("name") or "",
        email=values.get("email") or wanted.experience.get("login_hint", ""),
        providers=provider_buttons(wanted.app_id, social_ways(tenant)),
    )
    title = f"Create an account for {application.name}"
    return page(title, body, status=422 if message else 200)
