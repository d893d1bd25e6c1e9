"""Checks of how a deployed site counts what ``RATE_LIMITS`` limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage

from ..conf import logto_settings
from ..errors import ConfigurationError
from ..setting import SETTING_NAME
from . import catalogue
from .cache_backends import is_of_each_process, keeps_nothing

_COUNTED_IN = f'{SETTING_NAME}["RATE_LIMITS"] is counted in a cache that '


def check_rate_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find limits that limit nobody, or all visitors as if they were one."""
    try:
        has_limits = bool(logto_settings.RATE_LIMITS)
        has_function = logto_settings.CLIENT_ADDRESS is not None
        cache = logto_settings.CACHE
    except ConfigurationError:
        return []  # reported by check_settings
    if not has_limits:
        return [catalogue.CLIENT_ADDRESS_UNUSED.message()] if has_function else []
    return [*_counts(cache), *([] if has_function else _proxies())]


def _counts(cache: str) -> Iterator[CheckMessage]:
    if keeps_nothing(cache):
        text = f"{_COUNTED_IN}keeps nothing: nobody is ever limited."
        yield catalogue.RATE_CACHE_UNSHARED.message(text)
    elif is_of_each_process(cache):
        text = f"{_COUNTED_IN}each process has for itself, and so is each limit."
        yield catalogue.RATE_CACHE_UNSHARED.message(text)


def _proxies() -> Iterator[CheckMessage]:
    if settings.SECURE_PROXY_SSL_HEADER or settings.USE_X_FORWARDED_HOST:
        yield catalogue.CLIENT_ADDRESS_OF_PROXY.message()
