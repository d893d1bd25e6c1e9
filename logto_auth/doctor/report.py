"""The lines as text for people, and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.management.color import Style
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from ..errors import Text
from ..log import one_line
from .catalogue import topics
from .line import Line, Status

_WORDS = {
    Status.OK: pgettext_lazy("an examination", "ok"),
    Status.WARNING: pgettext_lazy("an examination", "warning"),
    Status.FAILURE: pgettext_lazy("an examination", "failure"),
    Status.SKIPPED: pgettext_lazy("an examination", "skipped"),
}
_ROLES = {
    Status.OK: "SUCCESS",
    Status.WARNING: "WARNING",
    Status.FAILURE: "ERROR",
    Status.SKIPPED: "NOTICE",
}
#: What somebody has to do something about.
PROBLEMS = (Status.WARNING, Status.FAILURE)
_NARROWEST = 40
_FIX = _("Fix:")
_SEE = _("See %(documentation)s")


class TextReport:
    """Lines in columns, under the headings of their sections.

    Args:
        style: Colours.
        width: Columns of the screen; 0 where there is none, and nothing is wrapped.
    """

    def __init__(self, style: Style, width: int = 0) -> None:
        self._style = style
        self._section: Text = ""
        self._word = max(len(str(word)) for word in _WORDS.values())
        self._title = max(len(str(topic.title)) for topic in topics())
        self._indent = 2 + self._word + 2 + self._title + 2
        self._width = max(width - self._indent, _NARROWEST) if width else 0

    def of(self, line: Line) -> str:
        """Return one line, which is several on the screen where something is wrong."""
        word = f"{_WORDS[line.status]!s:<{self._word}}"
        coloured = getattr(self._style, _ROLES[line.status])(word)
        title = f"{one_line(str(line.title)):<{self._title}}"
        told = self._lines("", line.found)
        if line.fix:
            told += self._lines(f"{_FIX} ", line.fix)
            told += self._lines("", _SEE % {"documentation": line.documentation})
        text = f"\n{' ' * self._indent}".join(told)
        return f"{self._heading(line)}  {coloured}  {title}  {text}"

    def _lines(self, beginning: str, text: Text) -> list[str]:
        """Return the lines of a text, the first behind a word, the others below it.

        Names from Logto may hold signs that steer a terminal.
        """
        lines = [
            part
            for line in str(text).splitlines()
            for part in self._wrapped(one_line(line), len(beginning))
        ]
        first, *others = lines or [""]
        return [beginning + first, *(" " * len(beginning) + item for item in others)]

    def _wrapped(self, line: str, taken: int) -> list[str]:
        # Lines of Python, which are indented, and addresses stay whole.
        if not self._width or line.startswith(" "):
            return [line]
        return textwrap.wrap(
            line,
            self._width - taken,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]

    def _heading(self, line: Line) -> str:
        if line.section == self._section:
            return ""
        gap = "\n" if self._section else ""
        self._section = line.section
        return f"{gap}{self._style.MIGRATE_HEADING(str(line.section))}\n"


def summary(lines: Iterable[Line]) -> str:
    """Return how many lines there are of each kind."""
    count = Counter(line.status for line in lines)
    ok, skipped = count[Status.OK], count[Status.SKIPPED]
    warnings, failures = count[Status.WARNING], count[Status.FAILURE]
    parts = [
        ngettext("%(n)s ok", "%(n)s ok", ok) % {"n": ok},
        ngettext("%(n)s warning", "%(n)s warnings", warnings) % {"n": warnings},
        ngettext("%(n)s failure", "%(n)s failures", failures) % {"n": failures},
    ]
    if skipped:
        told = ngettext("%(n)s skipped", "%(n)s skipped", skipped)
        parts.append(told % {"n": skipped})
    return ", ".join(parts)


def as_json(lines: Iterable[Line]) -> str:
    """Return a JSON document: ``lines`` and ``counts`` by status."""
    told = list(lines)
    count = Counter(line.status for line in told)
    document = {
        "lines": [_document(line) for line in told],
        "counts": {status.value: count[status] for status in Status},
    }
    return json.dumps(document, indent=2)


def _document(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "section": str(line.section),
        "title": str(line.title),
        "status": line.status.value,
        "found": str(line.found),
        "fix": str(line.fix),
        "documentation": line.documentation,
    }
