"""``manage.py check --deploy``: what is right on a desk and wrong on a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage

from ..conf import logto_settings
from ..errors import ConfigurationError
from ..loopback import is_loopback
from . import catalogue

#: App ID and secret of the application that the simulator brings.
DEMO_CREDENTIALS = ("demo-app", "demo-secret")


def check_deployment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find addresses that send secrets in the clear, or lead to the wrong place."""
    try:
        endpoint, base_url = logto_settings.ENDPOINT, logto_settings.BASE_URL
        credentials = logto_settings.APP_ID, logto_settings.APP_SECRET
    except ConfigurationError:
        return []  # reported by check_settings
    return [*_logto(endpoint, credentials), *_site(base_url)]


def _logto(endpoint: str, credentials: tuple[str, str]) -> Iterator[CheckMessage]:
    is_for_development = is_loopback(endpoint) or credentials == DEMO_CREDENTIALS
    if is_for_development and not settings.DEBUG:
        yield catalogue.SIMULATOR_IN_PRODUCTION.message()
    elif not endpoint.startswith("https:"):
        yield catalogue.ENDPOINT_NOT_HTTPS.message()


def _site(base_url: str | None) -> Iterator[CheckMessage]:
    if base_url is not None:
        if not base_url.startswith("https:"):
            yield catalogue.BASE_URL_NOT_HTTPS.message()
        return
    if "*" in settings.ALLOWED_HOSTS:
        yield catalogue.ANY_HOST.message()
    is_for_https = settings.SECURE_SSL_REDIRECT or settings.SESSION_COOKIE_SECURE
    if is_for_https and settings.SECURE_PROXY_SSL_HEADER is None:
        yield catalogue.PROXY_SCHEME.message()
