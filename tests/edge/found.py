"""What the system checks find at a site that differs from a good one."""

from django.core.checks import run_checks
from django.test import override_settings

GOOD = {
    "ENDPOINT": "https://logto.example",
    "APP_ID": "h5q0gamiq5ev8ycu8e5dt",
    "APP_SECRET": "yQ3hXg0sVwq2k9TnR7bZ5mC1dL8fP4aE",
}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "logto_auth.middleware.LogtoMiddleware",
]


def found(*, deploy=False, logto=None, **settings):
    """Return our messages; ``logto`` is added to a good ``LOGTO``."""
    settings = {"LOGTO": {**GOOD, **(logto or {})}, **settings}
    with override_settings(**settings):
        messages = run_checks(include_deployment_checks=deploy)
    return [m for m in messages if m.id and m.id.startswith("logto_auth.")]


def ids(**settings):
    """Return the ids of `found`."""
    return [message.id for message in found(**settings)]
