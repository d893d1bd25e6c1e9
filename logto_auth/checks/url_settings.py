"""Checks of the addresses that visitors are sent to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import global_settings, settings
from django.core.checks import CheckMessage
from django.http.request import validate_host
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from ..conf import logto_settings
from ..errors import ConfigurationError
from ..setting import SETTING_NAME
from ..web.origin import CALLBACK
from . import catalogue

URL_SETTINGS = ("LOGIN_URL", "LOGIN_REDIRECT_URL", "LOGOUT_REDIRECT_URL")
# What Django allows while DEBUG is on and ALLOWED_HOSTS is empty.
_LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]


def check_url_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find settings that name a URL which does not exist."""
    try:
        reverse(CALLBACK)
    except NoReverseMatch:
        return []  # reported by check_urls; names of ours would follow from it
    dead = [name for name in URL_SETTINGS if _is_dead(getattr(settings, name))]
    problems = [
        catalogue.URL_SETTING_DEAD.message(
            f"{name} is {_shown(getattr(settings, name))}, and no URL has that name."
        )
        for name in dead
    ]
    if (
        "LOGIN_URL" not in dead
        and settings.LOGIN_URL == global_settings.LOGIN_URL
        and not _is_served()
    ):
        text = (
            "LOGIN_URL is not set: @login_required would send visitors to "
            f"{settings.LOGIN_URL}."
        )
        problems.append(catalogue.LOGIN_URL_DEFAULT.message(text))
    return problems


def _is_dead(target: Any) -> bool:
    try:
        resolve_url(target or "/")
    except NoReverseMatch:
        return True
    return False


def _shown(target: Any) -> str:
    """Return a target for a message; a lazy one would raise here again."""
    return f'"{target}"' if isinstance(target, str) else "lazy"


def _is_served() -> bool:
    try:
        resolve(settings.LOGIN_URL)
    except Resolver404:
        return False
    return True


def check_base_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find a ``BASE_URL`` whose requests Django would refuse."""
    try:
        base_url = logto_settings.BASE_URL
    except ConfigurationError:
        return []  # reported by check_settings
    # A site whose proxy replaces the Host header has to name its address there.
    if base_url is None or base_url in settings.CSRF_TRUSTED_ORIGINS:
        return []
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = _LOCAL_HOSTS
    host = urlsplit(base_url).hostname or ""
    if validate_host(f"[{host}]" if ":" in host else host, allowed):
        return []
    text = f'{SETTING_NAME}["BASE_URL"]: {host} is not in ALLOWED_HOSTS.'
    return [catalogue.BASE_URL_HOST.message(text)]
