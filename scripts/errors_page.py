"""docs/errors.md: every error code and log event, and what is behind them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logto_auth.errors import LogtoError
    from logto_auth.web.explanation import Explanation

INTRODUCTION = (
    "Every error page shows its code and a reference, which the log line of the same "
    "event carries too, with the reason. With `DEBUG` the page also tells cause and "
    "fix, as below, with the values of the site, and where in Logto's Console to look. "
    "Before a visitor leaves, Logto is then asked once in each process whether it "
    "knows the redirect URI: otherwise they would be stranded on a page of Logto's."
)
LOGGER = (
    "The logger is `logto_auth`. Each record has `record.event`, one of the names "
    "below, and `record.logto`, a dictionary of fields. No record ever holds a code, "
    "token or secret."
)


def errors_page() -> str:
    """Return docs/errors.md."""
    from logto_auth import errors
    from logto_auth.log import Event
    from logto_auth.web.causes import CAUSES

    return "\n".join(
        [
            "# Errors and log events",
            "",
            "<!-- Written by scripts/docs_tables.py. -->",
            "",
            INTRODUCTION,
            "",
            "| code | status | what the visitor reads |",
            "|---|---|---|",
            *(
                f"| [`{error.code}`](#{error.code}) | {error.status} | {error.title} |"
                for error in raised(errors.LogtoError)
            ),
            "",
            LOGGER,
            "",
            "| event | level |",
            "|---|---|",
            *(
                f"| {_linked(event.code, CAUSES)} "
                f"| {logging.getLevelName(event.level)} |"
                for event in Event
            ),
            "",
            *(line for code in CAUSES for line in _section(code)),
        ]
    )


def raised(error: type[LogtoError]) -> Iterator[type[LogtoError]]:
    """Yield every error but the bases that only group others."""
    children = error.__subclasses__()
    if not children or error.__name__ == "TokenInvalid":
        yield error
    for child in children:
        yield from raised(child)


def _linked(code: str, documented: object) -> str:
    is_documented = isinstance(documented, dict) and code in documented
    return f"[`{code}`](#{code})" if is_documented else f"`{code}`"


def _section(code: str) -> Iterator[str]:
    from logto_auth.web.causes import CAUSES
    from logto_auth.web.explanation import filled

    yield from (f"## {code}", "")
    told = {
        reason: filled(cause, _Names(), code) for reason, cause in CAUSES[code].items()
    }
    if set(told) == {""}:
        where = _console(told[""])
        yield f"{told[''].cause} {told[''].fix}"
        yield from ("", f"In Logto's Console: {where}.") if where else ()
    else:
        yield "| reason | cause | fix | in Logto's Console |"
        yield "|---|---|---|---|"
        for reason, explanation in told.items():
            name = f"`{reason}`" if reason else "any other"
            cells = (name, explanation.cause, explanation.fix, _console(explanation))
            yield f"| {' | '.join(cells)} |"
    yield ""


def _console(explanation: Explanation) -> str:
    if not explanation.console:
        return ""
    value = f": {explanation.value}" if explanation.value else ""
    return f"*{explanation.console}*{value}"


class _Names(dict[str, str]):
    """Stands for the facts of a site: each is its own name."""

    def __missing__(self, name: str) -> str:
        return f"*{name.replace('_', ' ')}*"
