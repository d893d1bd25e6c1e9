"""Whether the clocks of this machine and of Logto's agree."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.http import parse_http_date_safe
from django.utils.translation import gettext_lazy as _

from ..engine.token_claims import LEEWAY
from .catalogue import CLOCK, CLOCK_SECONDS
from .context import Answer, Context
from .line import Line

_SILENT = _("Logto, or what stands before it, does not say what time it is.")
_AGREE = _("This machine's clock and Logto's are at most %(seconds)s seconds apart.")
_AHEAD = _("This machine's clock is %(seconds)s seconds ahead of Logto's.")
_BEHIND = _("This machine's clock is %(seconds)s seconds behind Logto's.")
# A header tells whole seconds, of which this is the middle.
_HALF_A_SECOND = 0.5


def look_at_clock(context: Context) -> Iterator[Line]:
    """Yield by how much they differ; tokens are accepted up to `LEEWAY`."""
    ahead = _seconds_ahead(context.discovery)
    if ahead is None:
        yield CLOCK.skipped(_SILENT)
        return
    seconds = round(abs(ahead))
    if seconds <= CLOCK_SECONDS:
        yield CLOCK.ok(_AGREE % {"seconds": CLOCK_SECONDS})
        return
    found = (_AHEAD if ahead > 0 else _BEHIND) % {"seconds": seconds}
    yield CLOCK.failure(found) if seconds > LEEWAY else CLOCK.warning(found)


def _seconds_ahead(answer: Answer) -> float | None:
    """Return how far this clock is ahead, None where Logto does not tell the time."""
    headers = answer.response.headers
    told = parse_http_date_safe(headers.get("date", ""))
    if told is None or headers.get("age", "0") != "0":
        return None  # of a copy that somebody keeps it tells nothing
    here = (answer.asked_at + answer.answered_at) / 2
    return here - (told + _HALF_A_SECOND)
