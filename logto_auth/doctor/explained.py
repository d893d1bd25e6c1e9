"""Errors of this package as lines; the explanations are those of the error pages."""

from __future__ import annotations

from typing import Any

from ..errors import LogtoError, Text
from ..log import one_line
from ..web.explanation import Explanation, Facts, cause_of, filled, setting_facts
from .line import Line
from .topic import Topic


def explained(
    topic: Topic, error: LogtoError, *, title: Text = "", **facts: Any
) -> Line:
    """Return the failure that an error is.

    Args:
        facts: What the explanation may name, besides the settings.
    """
    known = Facts(setting_facts(), **facts, **error.facts)
    cause = cause_of(error.code, error.reason)
    told = filled(cause, known, error.code, one_line(_detail(error)))
    found = " ".join(part for part in (told.cause, _in_brackets(told.detail)) if part)
    return topic.failure(
        found, fix_of(told), title=title, documentation=told.documentation
    )


def fix_of(told: Explanation) -> str:
    """Return what to do, and in a line of its own where in Logto's Console."""
    where = ": ".join(part for part in (told.console, told.value) if part)
    return "\n".join(part for part in (told.fix, where) if part)


def _detail(error: LogtoError) -> str:
    return ": ".join(part for part in (error.reason, error.detail) if part)


def _in_brackets(text: str) -> str:
    return f"({text})" if text else ""
