"""Checks of where sessions are kept: a sign-in lives in one."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage

from . import catalogue
from .cache_backends import is_of_each_process, keeps_nothing

_ENGINES = "django.contrib.sessions.backends."


def check_session_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find sessions that cannot be stored."""
    in_database = settings.SESSION_ENGINE in (_ENGINES + "db", _ENGINES + "cached_db")
    if in_database and not apps.is_installed("django.contrib.sessions"):
        return [catalogue.SESSIONS_APP_MISSING.message()]
    in_cache = settings.SESSION_ENGINE == _ENGINES + "cache"
    if in_cache and keeps_nothing(settings.SESSION_CACHE_ALIAS):
        return [catalogue.SESSION_CACHE_DUMMY.message()]
    return []


def check_session_engine_in_deployment(
    app_configs: Any, **kwargs: Any
) -> list[CheckMessage]:
    """Find sessions that other processes do not know, or that cannot be ended."""
    if settings.SESSION_ENGINE == _ENGINES + "signed_cookies":
        return [catalogue.COOKIE_SESSIONS.message()]
    in_cache = settings.SESSION_ENGINE in (_ENGINES + "cache", _ENGINES + "cached_db")
    if in_cache and is_of_each_process(settings.SESSION_CACHE_ALIAS):
        return [catalogue.SESSION_CACHE_OWN.message()]
    return []
