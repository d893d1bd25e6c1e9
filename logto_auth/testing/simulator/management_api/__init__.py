"""Logto's Management API, as far as setting up a site needs it."""

from __future__ import annotations

from aiohttp import web

from . import (
    application_secrets,
    applications,
    connector_factories,
    connectors,
    sign_in_experiences,
)

_MODULES = (
    application_secrets,
    applications,
    connector_factories,
    connectors,
    sign_in_experiences,
)


def routes() -> list[web.RouteDef]:
    """Return every endpoint of the Management API."""
    return [route for module in _MODULES for route in module.routes()]
