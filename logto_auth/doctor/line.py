"""One line of what the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..errors import Text


class Status(Enum):
    """How it looks; the values are in the JSON, and never change their meaning."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    #: It was not looked at, because of something else that a line tells.
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, how it looks and what to do.

    Args:
        id: Never used for something else. Several lines may have the same one, of
            several connectors for example; ``title`` tells them apart.
        section: Heading of the section.
        title: What was looked at.
        found: What was found, in sentences; no secrets.
        fix: What to do, in lines; empty where nothing is to be done.
        documentation: Where to read on.
        closes: What builds on this is not looked at, and needs no lines to say so.
    """

    id: str
    section: Text
    title: Text
    status: Status
    found: Text
    fix: Text = ""
    documentation: str = ""
    closes: bool = False
