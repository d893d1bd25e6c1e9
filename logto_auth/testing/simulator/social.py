"""Signing in with a social or enterprise provider, whose page is played as well."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from aiohttp import web

from .answers import not_found, redirect
from .experience import FIRST_SCREENS
from .grants import opaque
from .interaction import (
    SUSPENDED,
    finished,
    interaction_of,
    session_not_found_page,
)
from .page import joined, page, render
from .parameters import form
from .person import Person
from .provider import ENTERPRISE, Account, Provider
from .response_mode import with_query
from .tenant import TENANT, Tenant

DENIED = "The user denied access"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/direct/{method}/{target}", go_to_provider),
        web.get("/providers/{target}/authorize", choose_account),
        web.post("/providers/{target}/authorize", answer_logto),
        web.get("/callback/{connector_id}", come_back),
    ]


async def go_to_provider(request: web.Request) -> web.Response:
    """Send the browser to the provider; an unknown one leads to the fallback page."""
    tenant = request.app[TENANT]
    app_id = request.query.get("app_id")
    found = interaction_of(request, app_id)
    if found is None:
        return session_not_found_page()
    method, target = request.match_info["method"], request.match_info["target"]
    provider = _offered(tenant, method, target)
    if provider is None:
        fallback = request.query.get("fallback")
        screen = fallback if fallback in FIRST_SCREENS.values() else "sign-in"
        return redirect(f"/{screen}?{urlencode({'app_id': found.request.app_id})}")
    endpoint = tenant.endpoint
    query = urlencode(
        {
            "response_type": "code",
            "client_id": "logto",
            "redirect_uri": f"{endpoint}/callback/{provider.connector_id}",
            "state": found.provider_state,
        }
    )
    target = quote(provider.target, safe="")
    return redirect(f"{endpoint}/providers/{target}/authorize?{query}")


def _offered(tenant: Tenant, method: str, target: str) -> Provider | None:
    """Return the provider if the sign-in page offers it."""
    if method == "sso":
        return ENTERPRISE if target == ENTERPRISE.target else None
    return tenant.social_providers().get(target) if method == "social" else None


async def choose_account(request: web.Request) -> web.Response:
    """Show the provider's page: whose account shall Logto learn about?"""
    tenant = request.app[TENANT]
    provider = tenant.provider_of(request.match_info["target"])
    state = request.query.get("state", "")
    if provider is None or not state:
        return not_found()
    accounts = provider.accounts(tenant.people.values())
    body = render(
        "provider.html",
        provider=provider.name,
        initial=provider.name[0],
        state=state,
        accounts=joined(
            render(
                "provider_account.html",
                username=username,
                state=state,
                name=(account.details or {}).get("name") or username,
                email=(account.details or {}).get("email") or account.user_id,
            )
            for username, account in accounts.items()
        ),
    )
    return page(f"Continue to Logto with {provider.name}", body)


async def answer_logto(request: web.Request) -> web.Response:
    """Send the browser back to Logto with the chosen account or a refusal."""
    tenant = request.app[TENANT]
    provider = tenant.provider_of(request.match_info["target"])
    entered = await form(request)
    state = entered.get("state")
    if provider is None or state is None:
        return not_found()
    accounts = provider.accounts(tenant.people.values())
    account = accounts.get(entered.get("account") or "")
    if account is None:
        answer = [("error", "access_denied"), ("error_description", DENIED)]
    else:
        code = opaque()
        tenant.provider_codes[code] = (provider, account)
        answer = [("code", code)]
    callback = f"{tenant.endpoint}/callback/{provider.connector_id}"
    return redirect(with_query(callback, [*answer, ("state", state)]))


async def come_back(request: web.Request) -> web.Response:
    """Take the provider's answer; a refusal stays at Logto's sign-in page."""
    tenant = request.app[TENANT]
    found = interaction_of(request, None)
    if found is None or request.query.get("state") != found.provider_state:
        return session_not_found_page()
    code = request.query.get("code", "")
    provider, account = tenant.provider_codes.pop(code, (None, None))
    if (
        provider is None
        or account is None
        or provider.connector_id != request.match_info["connector_id"]
    ):
        found.message = (
            "The sign-in at the provider was not completed. Try again or choose "
            "another way."
        )
        return redirect(f"/sign-in?{urlencode({'app_id': found.request.app_id})}")
    person = provider.owner(tenant.people.values(), account)
    is_new = person is None
    person = person or _registered(tenant, provider, account)
    if provider.known_account(person) is None:
        provider.link(person, account)
    elif _syncs_profile(tenant, provider):
        _sync_profile(person, account)
    if person.suspended:
        found.message = SUSPENDED
        return redirect(f"/sign-in?{urlencode({'app_id': found.request.app_id})}")
    return finished(request, found, person, is_new=is_new)


def _syncs_profile(tenant: Tenant, provider: Provider) -> bool:
    connector = tenant.connectors.get(provider.connector_id)
    return connector is not None and connector.sync_profile


def _sync_profile(person: Person, account: Account) -> None:
    """Let name and picture be what the provider says, where it says anything."""
    details = account.details or {}
    person.name = details.get("name") or person.name
    person.picture = details.get("avatar") or person.picture


def _registered(tenant: Tenant, provider: Provider, account: Account) -> Person:
    """Make a new person from what the provider says."""
    details = account.details or {}
    username = account.user_id.replace("-", "_")
    while username in tenant.people:
        username += "_"
    email = details.get("email")
    if any(person.email == email for person in tenant.people.values()):
        email = None
    person = Person(
        username=username,
        name=details.get("name"),
        email=email,
        picture=details.get("avatar"),
        shows=f"Registered with {provider.name}.",
        created_at=tenant.clock.milliseconds(),
    )
    tenant.people[username] = person
    return person
