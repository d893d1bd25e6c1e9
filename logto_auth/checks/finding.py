"""One thing that a check can find: its id, what it means, and the lines to paste."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.checks import ERROR, INFO, WARNING, CheckMessage

from ..conf import documented_at

PAGE = "checks"
LEVELS = {"E": ("error", ERROR), "W": ("warning", WARNING), "I": ("note", INFO)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong and how to mend it; messages and documentation derive from it.

    Args:
        name: Letter of the level and number; never used for something else.
        what: What is found, for the documentation.
        fix: What to do, in sentences.
        paste: Lines of Python for the settings or the URLconf.
        deploy: Found by ``manage.py check --deploy`` only.
    """

    name: str
    what: str
    fix: str
    paste: str = ""
    deploy: bool = False

    @property
    def id(self) -> str:
        return f"logto_auth.{self.name}"

    @property
    def level(self) -> str:
        return LEVELS[self.name[0]][0]

    @property
    def documentation(self) -> str:
        return documented_at(PAGE, self.name)

    def message(
        self, text: str = "", *, fix: str = "", obj: Any = None
    ) -> CheckMessage:
        """Return Django's message.

        Args:
            text: What was found here; `what` when left out.
            fix: More exact than `fix`.
            obj: What it is about.
        """
        parts = (fix or self.fix, self.paste, f"See {self.documentation}")
        hint = "\n\n".join(part for part in parts if part)
        level = LEVELS[self.name[0]][1]
        return CheckMessage(level, text or self.what, hint=hint, obj=obj, id=self.id)
