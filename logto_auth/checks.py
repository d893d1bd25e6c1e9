"""System checks: each names what is missing and gives the lines to paste."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from .conf import SETTING_NAME, declared, logto_settings, site_settings
from .errors import ConfigurationError

AUTHENTICATION_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"
MIDDLEWARE = "logto_auth.middleware.LogtoMiddleware"
BACKEND = "logto_auth.backends.LogtoBackend"

PLACEHOLDERS = ("your-tenant", "…")
SETTINGS_BLOCK = f"""\
{SETTING_NAME} = {{
    "ENDPOINT": "https://your-tenant.logto.app",
    "APP_ID": "…",
    "APP_SECRET": "…",
}}
AUTHENTICATION_BACKENDS = [
    "{BACKEND}",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "logto_auth:sign_in\""""

# Every check's id; an id is never used for something else.
IDS = {
    "settings_missing": "logto_auth.E001",
    "setting_wrong": "logto_auth.E002",
    "setting_unknown": "logto_auth.E003",
    "middleware_missing": "logto_auth.E004",
    "middleware_order": "logto_auth.E005",
    "backend_missing": "logto_auth.E006",
    "urls_missing": "logto_auth.E007",
    "user_has_logto": "logto_auth.E008",
    "cache_unknown": "logto_auth.E009",
    "login_url": "logto_auth.W001",
    "endpoint_not_https": "logto_auth.W002",
    "base_url_not_https": "logto_auth.W003",
    "placeholder": "logto_auth.W004",
}

Check = Callable[..., Iterable[CheckMessage]]


def register_checks() -> None:
    """Register every check with Django; idempotent."""
    for check in (
        check_settings,
        check_middleware,
        check_backend,
        check_urls,
        check_user_model,
        check_login_url,
    ):
        register(check, Tags.security)
    register(check_deployment, Tags.security, deploy=True)


def check_settings(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find settings that are missing, misspelt or wrong."""
    given = site_settings()
    missing = [
        setting.name
        for setting in declared()
        if setting.is_required and setting.name not in given
    ]
    if missing:
        return [
            Error(
                f"{SETTING_NAME} lacks {', '.join(missing)}.",
                hint="Put this into the settings (App ID and secret are in Logto's "
                f"Console, Applications):\n\n{SETTINGS_BLOCK}\n",
                id=IDS["settings_missing"],
            )
        ]
    known = {setting.name: setting for setting in declared()}
    problems: list[CheckMessage] = [
        Error(
            f'{SETTING_NAME}["{name}"] is not a setting.',
            hint=f"The settings are {', '.join(known)}.",
            id=IDS["setting_unknown"],
        )
        for name in given
        if name not in known
    ]
    for setting in known.values():
        try:
            value = setting.read()
        except ConfigurationError as error:
            problems.append(
                Error(
                    error.detail,
                    hint=f"{setting.name}: {setting.help}",
                    id=IDS["setting_wrong"],
                )
            )
        else:
            problems += _unfit(setting.name, value)
    return problems


def _unfit(name: str, value: object) -> Iterable[CheckMessage]:
    """Yield what is wrong with a value of the right type."""
    if isinstance(value, str) and any(part in value for part in PLACEHOLDERS):
        yield Warning(
            f'{SETTING_NAME}["{name}"] is still the placeholder.',
            hint="The value is in Logto's Console, Applications.",
            id=IDS["placeholder"],
        )
    if name == "CACHE" and value not in settings.CACHES:
        yield Error(
            f'{SETTING_NAME}["CACHE"] names a cache that is not in CACHES.',
            hint=f"There are {', '.join(settings.CACHES)}.",
            id=IDS["cache_unknown"],
        )


def check_middleware(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find `LogtoMiddleware` missing or above what it builds on."""
    ours = _index_of(MIDDLEWARE)
    block = f'MIDDLEWARE = [\n    …\n    "{AUTHENTICATION_MIDDLEWARE}",\n'
    block += f'    "{MIDDLEWARE}",\n    …\n]'
    if ours is None:
        return [
            Error(
                f"MIDDLEWARE lacks {MIDDLEWARE}.",
                hint=f"Add it after AuthenticationMiddleware:\n\n{block}\n",
                id=IDS["middleware_missing"],
            )
        ]
    authentication = _index_of(AUTHENTICATION_MIDDLEWARE)
    if authentication is None or ours < authentication:
        return [
            Error(
                f"{MIDDLEWARE} must come after {AUTHENTICATION_MIDDLEWARE}.",
                hint=f"Order them like this:\n\n{block}\n",
                id=IDS["middleware_order"],
            )
        ]
    return []


def check_backend(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find `LogtoBackend` missing: a user would be forgotten after one request."""
    from .backends import backend_path

    try:
        backend_path()
    except ConfigurationError:
        return [
            Error(
                f"AUTHENTICATION_BACKENDS lacks {BACKEND}.",
                hint=f"Put this into the settings:\n\n{SETTINGS_BLOCK}\n",
                id=IDS["backend_missing"],
            )
        ]
    except ImportError:
        return []  # Django reports paths that cannot be imported
    return []


def check_urls(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find the URLconf not included."""
    try:
        reverse("logto_auth:callback")
    except NoReverseMatch:
        return [
            Error(
                "The URLs of logto_auth are not included.",
                hint="Import include and add this line to urlpatterns:\n\n"
                "from django.urls import include, path\n\n"
                'path("logto/", include("logto_auth.urls")),\n',
                id=IDS["urls_missing"],
            )
        ]
    return []


def check_user_model(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find a user model that has a ``logto`` of its own."""
    from django.contrib.auth import get_user_model

    from .web.attachment import ATTRIBUTE, is_free

    user_model = get_user_model()
    if is_free(user_model):
        return []
    return [
        Error(
            f'The user model already has an attribute "{ATTRIBUTE}".',
            hint=f"Rename it: request.user.{ATTRIBUTE} holds the Logto claims.",
            obj=user_model,
            id=IDS["user_has_logto"],
        )
    ]


def check_login_url(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find a site whose own default login page does not exist."""
    if settings.is_overridden("LOGIN_URL"):  # type: ignore[misc]  # not in the stubs
        return []
    return [
        Warning(
            "LOGIN_URL is not set: @login_required would send visitors to "
            f"{settings.LOGIN_URL}.",
            hint='Put this into the settings:\n\nLOGIN_URL = "logto_auth:sign_in"\n',
            id=IDS["login_url"],
        )
    ]


def check_deployment(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find addresses that would send codes and secrets in the clear."""
    problems: list[CheckMessage] = []
    try:
        endpoint, base_url = logto_settings.ENDPOINT, logto_settings.BASE_URL
    except ConfigurationError:
        return problems  # reported by check_settings
    if not endpoint.startswith("https:"):
        problems.append(
            Warning(
                f'{SETTING_NAME}["ENDPOINT"] is not https.',
                hint="The app secret and all tokens travel over this address.",
                id=IDS["endpoint_not_https"],
            )
        )
    if base_url is not None and not base_url.startswith("https:"):
        problems.append(
            Warning(
                f'{SETTING_NAME}["BASE_URL"] is not https.',
                hint="Authorization codes come back to this address.",
                id=IDS["base_url_not_https"],
            )
        )
    return problems


def _index_of(path: str) -> int | None:
    """Return the place of a middleware or of a subclass of it."""
    wanted = None
    for index, installed in enumerate(settings.MIDDLEWARE):
        if installed == path:
            return index
        try:
            candidate = import_string(installed)
        except ImportError:
            continue
        wanted = wanted or import_string(path)
        if isinstance(candidate, type) and issubclass(candidate, wanted):
            return index
    return None
