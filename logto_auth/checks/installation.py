"""Checks of the four edits: middleware, backend, URLs, and what they build on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.core.checks import CheckMessage
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import override

from ..errors import ConfigurationError
from ..web.origin import CALLBACK
from . import catalogue
from .lines import AUTHENTICATION_MIDDLEWARE, MIDDLEWARE, SESSION_MIDDLEWARE

TEMPLATE = "logto_auth/base.html"


def check_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find middleware that is missing, or above what it builds on."""
    ours = _index_of(MIDDLEWARE)
    if ours is None:
        return [catalogue.MIDDLEWARE_MISSING.message()]
    sessions = _index_of(SESSION_MIDDLEWARE)
    if sessions is None:
        return [catalogue.SESSION_MIDDLEWARE_MISSING.message()]
    if ours < sessions:
        return [catalogue.SESSION_MIDDLEWARE_ORDER.message()]
    authentication = _index_of(AUTHENTICATION_MIDDLEWARE)
    if authentication is None or ours < authentication:
        return [catalogue.MIDDLEWARE_ORDER.message()]
    return []


def check_backend(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find `LogtoBackend` missing."""
    from ..backends import backend_path

    try:
        backend_path()
    except ConfigurationError:
        return [catalogue.BACKEND_MISSING.message()]
    return []


def check_urls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find the URLconf not included, or included once for each language."""
    try:
        reverse(CALLBACK)
    except NoReverseMatch:
        return [catalogue.URLS_MISSING.message()]
    # Only then: Django makes the tables of a URLconf again for each language.
    is_prefixed = is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0]
    languages = settings.LANGUAGES[:2] if is_prefixed else ()
    if len({_callback_in(code) for code, _ in languages}) > 1:
        return [catalogue.URLS_TRANSLATED.message()]
    return []


def _callback_in(language: str) -> str:
    with override(language):
        return reverse(CALLBACK)


def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find template engines that do not see this package's pages."""
    try:
        get_template(TEMPLATE)
    except TemplateDoesNotExist:
        return [catalogue.TEMPLATES_MISSING.message()]
    except TemplateSyntaxError:
        return []  # found, and the site's own affair
    return []


def check_user_model(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find a user model that has a ``logto`` of its own."""
    from django.contrib.auth import get_user_model

    from ..web.attachment import is_free

    user_model = get_user_model()
    if is_free(user_model):
        return []
    return [catalogue.USER_HAS_LOGTO.message(obj=user_model)]


def _index_of(path: str) -> int | None:
    for index, installed in enumerate(settings.MIDDLEWARE):
        if is_middleware(installed, path):
            return index
    return None


def is_middleware(installed: str, path: str) -> bool:
    """Tell whether an entry of ``MIDDLEWARE`` does the work of the one at ``path``.

    Other packages bring session middleware that is no subclass of Django's.
    """
    if installed == path:
        return True
    if path == SESSION_MIDDLEWARE and installed.endswith(".SessionMiddleware"):
        return True
    try:
        candidate = import_string(installed)
    except ImportError:
        return False
    return isinstance(candidate, type) and issubclass(candidate, import_string(path))
