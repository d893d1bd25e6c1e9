"""An error in the words of a command: what it is, its code, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..errors import DeclarationInvalid, LogtoError
from ..log import one_line
from ..web.explanation import Facts, cause_of, filled, setting_facts


def complaint(error: LogtoError, endpoint: str = "") -> str:
    """Return an error as a command tells it, in several lines; no secrets.

    Args:
        endpoint: Of the Logto that was asked; that of the settings when left out.
    """
    if isinstance(error, DeclarationInvalid):
        lines = [_("Nothing was sent. These are to be corrected:")]
        return "\n".join(
            [*lines, *(f"  - {one_line(item)}" for item in error.problems)]
        )
    detail = ": ".join(part for part in (error.reason, error.detail) if part)
    cause = cause_of(error.code, error.reason)
    facts = Facts(setting_facts())
    if endpoint:
        facts["endpoint"] = endpoint
    explanation = filled(cause, facts, error.code, one_line(detail))
    lines = [f"{error.code}: {explanation.detail}" if detail else error.code]
    lines += (text for text in (explanation.cause, explanation.fix) if text)
    if explanation.console:
        lines.append(_("In Logto's Console: %(menu)s") % {"menu": explanation.console})
    return "\n".join(lines)
