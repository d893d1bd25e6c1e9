"""``/api/applications/…/secrets``: the secrets of an application, in clear."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..application import Application
from ..application_secret import FIRST_NAME, ApplicationSecret
from ..tenant import TENANT
from .access import managed
from .applications import found, random_secret
from .body_guard import checked_body, nullable, number, text
from .refusal import Refused, not_found, said

_PATH = "/api/applications/{application_id}/secrets"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get(_PATH, managed(list_secrets)),
        web.post(_PATH, managed(create)),
        web.delete(f"{_PATH}/{{name}}", managed(delete)),
    ]


async def list_secrets(request: web.Request) -> web.Response:
    """List the secrets of an application."""
    application = found(request)
    return said([_document(application, secret) for secret in application.secrets])


async def create(request: web.Request) -> web.Response:
    """Make another secret."""
    checks = {"name": text, "expiresAt": nullable(number)}
    body = await checked_body(request, checks)
    application = found(request)
    if any(secret.name == body["name"] for secret in application.secrets):
        raise Refused(
            422, "application.secret_name_exists", "Secret name already exists."
        )
    secret = ApplicationSecret(
        body["name"],
        random_secret(),
        request.app[TENANT].clock.milliseconds(),
        body.get("expiresAt"),
    )
    application.more_secrets.append(secret)
    return said(_document(application, secret), status=201)


async def delete(request: web.Request) -> web.Response:
    """Delete a secret, with which nobody can come any more."""
    application = found(request)
    name = request.match_info["name"]
    if name not in [secret.name for secret in application.secrets]:
        raise not_found()
    if name == FIRST_NAME:
        application.secret = ""
    application.more_secrets = [
        secret for secret in application.more_secrets if secret.name != name
    ]
    return web.Response(status=204)


def _document(application: Application, secret: ApplicationSecret) -> dict[str, Any]:
    return {
        "tenantId": "default",
        "applicationId": application.app_id,
        "name": secret.name,
        "value": secret.value,
        "createdAt": secret.created_at,
        "expiresAt": secret.expires_at,
    }
