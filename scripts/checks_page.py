"""docs/checks.md: every system check, what it finds and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logto_auth.checks.finding import Finding

INTRODUCTION = (
    "`manage.py check` runs them, and so does `runserver`. Those marked *deploy* run "
    "with `manage.py check --deploy` only. What is meant to be as it is can be "
    "silenced with Django's `SILENCED_SYSTEM_CHECKS`."
)


def checks_page() -> str:
    """Return docs/checks.md."""
    from logto_auth.checks.catalogue import findings

    return "\n".join(
        [
            "# System checks",
            "",
            "<!-- Written by scripts/docs_tables.py. -->",
            "",
            INTRODUCTION,
            "",
            "| id | level | what it finds |",
            "|---|---|---|",
            *(
                f"| [`{finding.id}`](#{finding.name.lower()}) | {_level(finding)} "
                f"| {finding.what} |"
                for finding in findings()
            ),
            "",
            *(line for finding in findings() for line in _section(finding)),
        ]
    )


def _level(finding: Finding) -> str:
    return f"{finding.level}, deploy" if finding.deploy else finding.level


def _section(finding: Finding) -> Iterator[str]:
    yield from (f"## {finding.name}", "")
    yield from (f"`{finding.id}`, {_level(finding)}. {finding.what}", "")
    yield from (finding.fix, "")
    if finding.paste:
        yield from ("```python", finding.paste, "```", "")
