"""Checks of what ``LOGTO`` holds, one value at a time and against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage

from ..conf import LOGTO_SCOPES, declared, logto_settings
from ..errors import ConfigurationError
from ..loopback import is_loopback
from ..placeholder import is_placeholder
from ..setting import SETTING_NAME, site_settings
from . import catalogue

CONSOLE_HOSTS = ("cloud.logto.io",)
#: Logto makes secrets of 32 characters, and made shorter ones before.
SHORTEST_SECRET = 16
_KNOWN_SCOPES = {scope.rpartition(":")[2]: scope for scope in LOGTO_SCOPES}


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find settings that are missing, misspelt or wrong."""
    try:
        given = site_settings()
    except ConfigurationError as error:
        return [catalogue.SETTINGS_MISSING.message(error.detail)]
    missing = [
        setting.name
        for setting in declared()
        if setting.is_required and setting.name not in given
    ]
    if missing:
        text = f"{SETTING_NAME} lacks {', '.join(missing)}."
        return [catalogue.SETTINGS_MISSING.message(text)]
    known = {setting.name: setting for setting in declared()}
    problems = [
        catalogue.SETTING_UNKNOWN.message(
            f'{SETTING_NAME}["{name}"] is not a setting.',
            fix=f"The settings are {', '.join(known)}.",
        )
        for name in given
        if name not in known
    ]
    wrong = []
    for name, setting in known.items():
        try:
            setting.read()
        except ConfigurationError as error:
            fix = f"{name}: {setting.help}"
            wrong.append(catalogue.SETTING_WRONG.message(error.detail, fix=fix))
    return [*problems, *wrong] if wrong else [*problems, *_unfit()]


def _unfit() -> Iterator[CheckMessage]:
    """Yield what is wrong with values that are all of the right type."""
    placeholders = list(_placeholders(("ENDPOINT", "APP_ID", "APP_SECRET")))
    yield from placeholders
    if not placeholders:
        yield from _unlikely_credentials()
    yield from _machine()
    yield from _webhook_keys()
    if logto_settings.RECHECK_SECONDS and not _brings_refresh_token():
        yield catalogue.RECHECK_IMPOSSIBLE.message()
    if (urlsplit(logto_settings.ENDPOINT).hostname or "") in CONSOLE_HOSTS:
        yield catalogue.ENDPOINT_IS_CONSOLE.message()
    if logto_settings.CACHE not in settings.CACHES:
        yield catalogue.CACHE_UNKNOWN.message(
            fix=f"There are {', '.join(settings.CACHES)}."
        )
    yield from _scopes()
    for host in logto_settings.ALLOWED_NEXT_HOSTS:
        if "/" in host or "*" in host or host.startswith("."):
            text = f'{SETTING_NAME}["ALLOWED_NEXT_HOSTS"]: no host is equal to {host}.'
            yield catalogue.NEXT_HOST_UNUSABLE.message(text)


def _placeholders(names: Iterable[str]) -> Iterator[CheckMessage]:
    for name in names:
        if is_placeholder(getattr(logto_settings, name)):
            text = f'{SETTING_NAME}["{name}"] is still the placeholder.'
            yield catalogue.PLACEHOLDER.message(text)


def _unlikely_credentials() -> Iterator[CheckMessage]:
    app_id, secret = logto_settings.APP_ID, logto_settings.APP_SECRET
    if app_id == secret:
        yield catalogue.ID_IS_SECRET.message()
        return
    for name, value in (("APP_ID", app_id), ("APP_SECRET", secret)):
        if len(value.split()) > 1:
            text = f'{SETTING_NAME}["{name}"] has a blank in it.'
            yield catalogue.SECRET_UNLIKELY.message(text)
    # The simulator's is a word.
    if len(secret) < SHORTEST_SECRET and not is_loopback(logto_settings.ENDPOINT):
        text = f'{SETTING_NAME}["APP_SECRET"] is shorter than any of Logto\'s.'
        yield catalogue.SECRET_UNLIKELY.message(text)


def _machine() -> Iterator[CheckMessage]:
    """Yield what is wrong with the credentials for the Management API."""
    names = ("M2M_APP_ID", "M2M_APP_SECRET")
    yield from _placeholders(names)
    if len({bool(getattr(logto_settings, name)) for name in names}) > 1:
        yield catalogue.MACHINE_INCOMPLETE.message()
    elif logto_settings.M2M_APP_ID == logto_settings.APP_ID:
        yield catalogue.MACHINE_IS_APPLICATION.message()


def _brings_refresh_token() -> bool:
    has_consent = "consent" in logto_settings.PROMPT.split()
    return has_consent and "offline_access" in logto_settings.SCOPES


def _webhook_keys() -> Iterator[CheckMessage]:
    name = f'{SETTING_NAME}["WEBHOOK_SIGNING_KEYS"]'
    for key in logto_settings.WEBHOOK_SIGNING_KEYS:
        is_one = len(re.split("[,\\s]", key)) == 1
        if not is_one or is_placeholder(key) or len(key) < SHORTEST_SECRET:
            text = f"{name} holds a key that Logto has not made."
            yield catalogue.WEBHOOK_KEY_UNLIKELY.message(text)


def _scopes() -> Iterator[CheckMessage]:
    scopes = logto_settings.SCOPES
    if "offline_access" in scopes and "consent" not in logto_settings.PROMPT.split():
        yield catalogue.NO_CONSENT.message()
    for scope in scopes:
        if scope in LOGTO_SCOPES:
            continue
        for near in get_close_matches(scope.lower(), _KNOWN_SCOPES, 1, cutoff=0.85):
            yield catalogue.SCOPE_MISSPELT.message(
                f'{SETTING_NAME}["SCOPES"] has {scope}, which is none of Logto\'s.',
                fix=f"Did you mean {_KNOWN_SCOPES[near]}?",
            )
