"""One thing that the doctor looks at: its id, and the lines that there may be of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..conf import documented_at
from ..errors import Text
from .line import Line, Status

PAGE = "doctor"


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """What is looked at; lines and documentation derive from it.

    Args:
        id: Never used for something else.
        section: Heading of the section that its lines stand in.
        title: What it is called, in a few words.
        about: What is looked at and what it takes to be right, for the documentation.
        fix: What to do where nothing more exact is known.
    """

    id: str
    section: Text
    title: Text
    about: Text
    fix: Text

    @property
    def documentation(self) -> str:
        return documented_at(PAGE, self.id)

    def ok(self, found: Text, *, title: Text = "") -> Line:
        """Return the line of something that is right."""
        return self._line(Status.OK, found, title=title)

    def warning(
        self, found: Text, fix: Text = "", *, title: Text = "", closes: bool = False
    ) -> Line:
        """Return the line of something that works, and may not be meant.

        The arguments are those of `Line`; ``fix`` is the topic's own when left out.
        """
        return self._line(
            Status.WARNING, found, fix or self.fix, title=title, closes=closes
        )

    def failure(
        self, found: Text, fix: Text = "", *, title: Text = "", documentation: str = ""
    ) -> Line:
        """Return the line of something that does not work. See warning()."""
        return self._line(
            Status.FAILURE,
            found,
            fix or self.fix,
            title=title,
            documentation=documentation,
        )

    def skipped(self, found: Text) -> Line:
        """Return the line of something that was not looked at, and why."""
        return self._line(Status.SKIPPED, found)

    def _line(
        self,
        status: Status,
        found: Text,
        fix: Text = "",
        *,
        title: Text = "",
        documentation: str = "",
        closes: bool = False,
    ) -> Line:
        return Line(
            id=self.id,
            section=self.section,
            title=title or self.title,
            status=status,
            found=found,
            fix=fix,
            documentation=documentation or self.documentation,
            closes=closes,
        )
