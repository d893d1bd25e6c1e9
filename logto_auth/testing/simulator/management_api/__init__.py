"""Logto's Management API, as far as setting up a site needs it."""

from __future__ import annotations

from aiohttp import web

from . import (
    account_centers,
    application_secrets,
    applications,
    connector_factories,
    connectors,
    hooks,
    roles,
    sign_in_experiences,
    users,
)

_MODULES = (
    account_centers,
    application_secrets,
    applications,
    connector_factories,
    connectors,
    hooks,
    roles,
    sign_in_experiences,
    users,
)


def routes() -> list[web.RouteDef]:
    """Return every endpoint of the Management API."""
    return [route for module in _MODULES for route in module.routes()]
