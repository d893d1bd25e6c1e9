"""Checks of what claims are to do with the site's users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.checks import CheckMessage

from ..claim_rules import CLAIM_SCOPES, ClaimField
from ..conf import logto_settings
from ..errors import ConfigurationError
from ..setting import SETTING_NAME, site_settings
from . import catalogue


def check_user_fields(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find fields and claims that never meet, and joining that joins nobody."""
    try:
        return [*_unfit(), *_never_told(), *_joining()]
    except ConfigurationError:
        return []  # `check_settings` names it


def _unfit() -> Iterator[CheckMessage]:
    from django.contrib.auth import get_user_model

    from ..accounts.fields import unfit

    for name in _declared_fields():
        if reason := unfit(get_user_model(), name):
            yield catalogue.USER_FIELD_UNFIT.message(
                f'{SETTING_NAME}["USER_FIELDS"]: {name} {reason}.',
                obj=get_user_model(),
            )


def _declared_fields() -> Mapping[str, ClaimField]:
    # What a site lacks of the default is left out without a word.
    is_declared = "USER_FIELDS" in site_settings()
    return logto_settings.USER_FIELDS if is_declared else {}


def _never_told() -> Iterator[CheckMessage]:
    named = [("REQUIRED_CLAIMS", path) for path in logto_settings.REQUIRED_CLAIMS]
    named += [("USER_FIELDS", rule.claim) for rule in _declared_fields().values()]
    for setting, path in named:
        scope = CLAIM_SCOPES.get(path.partition(".")[0])
        if scope is not None and scope not in logto_settings.SCOPES:
            yield catalogue.CLAIM_NEVER_TOLD.message(
                f'{SETTING_NAME}["{setting}"]: Logto tells {path} only with the scope '
                f'{scope}, which {SETTING_NAME}["SCOPES"] lacks.'
            )


def _joining() -> Iterator[CheckMessage]:
    from django.contrib.auth import get_user_model

    from ..accounts.addresses import address_field

    if not logto_settings.JOIN_BY_EMAIL:
        return
    if address_field(get_user_model()) is None:
        reason = "the user model has no field for an e-mail address"
    elif "email" not in logto_settings.SCOPES:
        reason = f'{SETTING_NAME}["SCOPES"] lacks email'
    else:
        return
    text = f'{SETTING_NAME}["JOIN_BY_EMAIL"] is on, but joins nobody: {reason}.'
    yield catalogue.JOINS_NOBODY.message(text)
