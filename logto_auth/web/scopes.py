"""Tells of scopes that Logto did not grant, which nobody would notice otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import override

from ..conf import logto_settings
from ..log import Event, log

_told: set[tuple[str, ...]] = set()


def tell_missing_scopes(missing: Iterable[str]) -> None:
    """Log the scopes that a sign-in did not get, once in each process.

    They depend on the settings and not on the person, so every sign-in would tell the
    same.
    """
    key = logto_settings.APP_ID, *missing
    if len(key) == 1 or key in _told:
        return
    _told.add(key)
    log(
        Event.SCOPES_NOT_GRANTED,
        scopes=",".join(missing),
        **(_explained() if settings.DEBUG else {}),
    )


def _explained() -> dict[str, str]:
    from .explanation import cause_of, filled

    code = Event.SCOPES_NOT_GRANTED.code
    with override(None):  # whose sign-in it is does not decide the log's language
        told = filled(cause_of(code), {}, code)
    return {
        "cause": told.cause,
        "fix": told.fix,
        "console": told.console,
        "see": told.documentation,
    }
