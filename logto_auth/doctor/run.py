"""Looks at one topic after the other; nothing that goes wrong ends the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from ..engine.deadline import deadline
from ..errors import LogtoError, ProviderTimeout, ProviderUnreachable
from .catalogue import CONNECTION
from .context import Context
from .examination import Examination
from .examinations import EXAMINATIONS
from .explained import explained
from .line import Line, Status
from .topic import Topic

_UNMET = (Status.FAILURE, Status.SKIPPED)
# Of one connection, which tells nothing about the next.
_BROKEN_OFF = ("connection", "protocol")


def examine(context: Context) -> Iterator[Line]:
    """Yield every line, as soon as it is known.

    A Logto that cannot be reached, or does not answer in time, is not waited for again:
    what needs it is skipped then.
    """
    run = _Run(context, {item.topic: item for item in EXAMINATIONS})
    for examination in EXAMINATIONS:
        yield from run.lines_of(examination)


class _Run:
    def __init__(
        self, context: Context, examinations: Mapping[Topic, Examination]
    ) -> None:
        self._context = context
        self._examinations = examinations
        self._unmet: set[Topic] = set()
        self._closed: set[Topic] = set()

    def lines_of(self, examination: Examination) -> list[Line]:
        topic, needed = examination.topic, self._needed(examination)
        if any(need in self._closed for need in needed):
            self._closed.add(topic)
            return []
        for need in needed:
            if need in self._unmet:
                self._unmet.add(topic)
                why = _("Not looked at, because something is wrong before: %(title)s.")
                return [topic.skipped(why % {"title": need.title})]
        lines = [self._with_rest(topic, line) for line in self._looked_at(examination)]
        if any(line.status in _UNMET for line in lines):
            self._unmet.add(topic)
        if any(line.closes for line in lines):
            self._closed.add(topic)
        return lines

    def _looked_at(self, examination: Examination) -> list[Line]:
        lines: list[Line] = []
        topic = examination.topic
        try:
            with deadline(self._context.seconds):
                for line in examination.look(self._context):
                    lines.append(line)  # noqa: PERF402 - those before an error count
        except LogtoError as error:
            if _is_lost(error):
                self._unmet.add(CONNECTION)
            lines.append(explained(topic, error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest is looked at
            found = _("It cannot be looked at: %(type)s.")
            lines.append(topic.failure(found % {"type": type(error).__name__}))
        return lines

    def _needed(self, examination: Examination) -> list[Topic]:
        """Return what an examination needs, first what the others need."""
        found: list[Topic] = []
        for need in examination.needs:
            found += [*self._needed(self._examinations[need]), need]
        return found

    def _with_rest(self, topic: Topic, line: Line) -> Line:
        """Let a line that closes its topic name what is not looked at."""
        if not line.closes:
            return line
        rest = self._titles(
            item.topic
            for item in self._examinations.values()
            if topic in self._needed(item)
        )
        told = _("%(found)s Not looked at: %(rest)s.")
        return replace(line, found=told % {"found": line.found, "rest": rest})

    def _titles(self, topics: Iterable[Topic]) -> str:
        return ", ".join(str(topic.title) for topic in topics)


def _is_lost(error: LogtoError) -> bool:
    """Tell whether asking Logto for something else would end in the same way."""
    if isinstance(error, ProviderUnreachable):
        return error.reason not in _BROKEN_OFF
    return isinstance(error, ProviderTimeout)
