"""``/api/applications``: applications as an administrator registers them."""

from __future__ import annotations

import secrets
import string
from typing import Any

from aiohttp import web

from ..application import Application
from ..tenant import TENANT
from .access import managed
from .application_metadata import METADATA, application_document, set_metadata
from .body_guard import (
    checked_body,
    flag,
    mapping,
    nullable,
    one_of,
    optional,
    text,
    title,
)
from .pagination import paged
from .refusal import Refused, not_found_with_id, said

_PATH = "/api/applications"
TYPES = ("Native", "SPA", "Traditional", "MachineToMachine", "Protected", "SAML")
_ELSEWHERE = {
    "Protected": "application.protected_app_metadata_is_required",
    "SAML": "application.use_saml_app_api",
}
_CHANGEABLE = {
    "description": nullable(text),
    "oidcClientMetadata": optional(METADATA),
    "customClientMetadata": optional(mapping),
    "customData": optional(mapping),
    "isThirdParty": optional(flag),
    "appLevelAccessControlEnabled": optional(flag),
}


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    one = f"{_PATH}/{{application_id}}"
    return [
        web.get(_PATH, managed(list_applications)),
        web.post(_PATH, managed(create)),
        web.get(one, managed(show)),
        web.patch(one, managed(update)),
        web.delete(one, managed(delete)),
    ]


async def list_applications(request: web.Request) -> web.Response:
    """List the applications, the newest first."""
    newest_first = reversed(list(request.app[TENANT].applications.values()))
    documents = [application_document(item) for item in newest_first]
    return paged(request, documents, is_optional=True)


async def create(request: web.Request) -> web.Response:
    """Register an application; its secret is elsewhere."""
    tenant = request.app[TENANT]
    checks = {"name": title, "type": one_of(*TYPES), **_CHANGEABLE}
    body = await checked_body(request, checks)
    if body["type"] in _ELSEWHERE:
        raise Refused(400, _ELSEWHERE[body["type"]], "This is not played here.")
    application = Application(
        app_id=random_id(21),
        secret="",
        redirect_uris=(),
        post_logout_redirect_uris=(),
        name=body["name"],
        type=body["type"],
        created_at=tenant.clock.milliseconds(),
    )
    if not application.is_public:
        application.secret = random_secret()
    _change(application, body)
    tenant.applications[application.app_id] = application
    return said(application_document(application))


async def show(request: web.Request) -> web.Response:
    """Show an application."""
    return said({**application_document(found(request)), "isAdmin": False})


async def update(request: web.Request) -> web.Response:
    """Change an application; metadata are replaced as a whole."""
    checks = {"name": optional(title), **_CHANGEABLE}
    body = await checked_body(request, checks)
    application = found(request)
    application.name = body.get("name", application.name)
    _change(application, body)
    return said(application_document(application))


async def delete(request: web.Request) -> web.Response:
    """Delete an application."""
    del request.app[TENANT].applications[found(request).app_id]
    return web.Response(status=204)


def found(request: web.Request) -> Application:
    """Return the application that the address names.

    Raises:
        Refused: There is none.
    """
    app_id = request.match_info["application_id"]
    application = request.app[TENANT].applications.get(app_id)
    if application is None:
        raise not_found_with_id("applications", app_id)
    return application


def random_id(length: int) -> str:
    """Return an id as Logto makes them."""
    letters = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(length))


def random_secret() -> str:
    """Return a secret as Logto makes them."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(32))


def _change(application: Application, body: dict[str, Any]) -> None:
    if body.get("appLevelAccessControlEnabled") and not (
        application.access_control_denied
    ):
        raise Refused(
            422,
            "request.invalid_input",
            "Input is invalid. Application access control must include at least one "
            "rule before it can be enabled.",
        )
    application.description = body.get("description", application.description)
    application.custom_data = body.get("customData", application.custom_data)
    application.third_party = body.get("isThirdParty", application.third_party)
    set_metadata(application, body)
