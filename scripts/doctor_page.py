"""The part of docs/doctor.md that derives from the code: every line that there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tables import filled, table

if TYPE_CHECKING:
    from logto_auth.doctor.topic import Topic

PAGE = Path(__file__).resolve().parent.parent / "docs" / "doctor.md"


def doctor_page() -> str:
    """Return docs/doctor.md."""
    from logto_auth.doctor.catalogue import topics

    rows = [["id", "section", "what it is about"]]
    rows += [
        [f"[`{topic.id}`](#{topic.id})", str(topic.section), str(topic.title)]
        for topic in topics()
    ]
    sections = [line for topic in topics() for line in _section(topic)]
    return filled(
        PAGE.read_text(),
        {"lines": table(rows), "topics": "\n".join(sections).rstrip()},
    )


def _section(topic: Topic) -> Iterator[str]:
    yield from (f"### {topic.id}", "", str(topic.about), "")
    yield from (f"Fix: {topic.fix}", "")
