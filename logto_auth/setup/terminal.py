"""A person at a terminal: what they are asked, and what they are told."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from django.utils.translation import gettext as _

from ..log import one_line


class Tone(Enum):
    """How a line sounds; each may have a style of its own."""

    PLAIN = "plain"
    GOOD = "good"
    NOTABLE = "notable"
    BAD = "bad"


Style = Callable[[str], str]


class Output(Protocol):
    """Where lines are written; Django's ``OutputWrapper``."""

    def write(self, msg: str = "", style_func: Style | None = None) -> object: ...


class Terminal:
    """Asks on standard input; secrets do not show.

    Args:
        output: For what is told.
        errors: For what people should mind.
        styles: By tone.
    """

    def __init__(
        self, output: Output, errors: Output, styles: Mapping[Tone, Style]
    ) -> None:
        self._output = output
        self._errors = errors
        self._styles = styles

    @staticmethod
    def is_there() -> bool:
        """Tell whether somebody can answer."""
        return sys.stdin is not None and sys.stdin.isatty()

    def say(self, text: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Tell one line, in which Logto may have had a say: nothing of it steers."""
        self._output.write(one_line(text), self._styles.get(tone))

    def warn(self, text: str) -> None:
        """Tell what people should mind."""
        self._errors.write(one_line(text), self._styles.get(Tone.NOTABLE))

    def ask(
        self,
        question: str,
        *,
        default: str = "",
        is_optional: bool = False,
        wrong: Callable[[str], str] = lambda answer: "",
    ) -> str:
        """Return an answer.

        Args:
            default: Taken when the answer is empty.
            is_optional: An empty answer is one.
            wrong: Returns what is wrong with an answer, empty when nothing is.
        """
        shown = f"{question} [{default}]: " if default else f"{question}: "
        while True:
            answer = input(shown).strip() or default
            if not answer and is_optional:
                return ""
            expected = _unreadable(answer) or wrong(answer)
            if not expected:
                return answer
            self.say(f"  {expected}")

    def ask_secret(self, question: str) -> str:
        """Return an answer that is not shown while it is typed."""
        while True:
            answer = getpass.getpass(f"{question}: ").strip()
            expected = _unreadable(answer)
            if not expected:
                return answer
            self.say(f"  {expected}")

    def agrees(self, question: str, *, default: bool) -> bool:
        """Return whether the answer is yes."""
        choice = _("[Y/n]") if default else _("[y/N]")
        yes, no = _("y yes").split(), _("n no").split()
        while True:
            answer = input(f"{question} {choice} ").strip().lower()
            if not answer:
                return default
            if answer in (*yes, *no):
                return answer in yes
            self.say("  " + _("Answer yes or no."))

    def choose(self, question: str, choices: Sequence[str]) -> list[int]:
        """Return which of ``choices`` are chosen, by their place from 0, in order.

        They are answered by numbers with blanks or commas between; none is an answer.
        """
        for number, choice in enumerate(choices, 1):
            self.say(f"  {number}  {choice}")
        while True:
            answer = input(f"{question}: ").replace(",", " ").split()
            if all(
                word.isascii() and word.isdigit() and 0 < int(word) <= len(choices)
                for word in answer
            ):
                return list(dict.fromkeys(int(word) - 1 for word in answer))
            self.say("  " + _("Answer with numbers from the list."))


def _unreadable(answer: str) -> str:
    """Return what is wrong with an answer that is none, or no text."""
    if not answer:
        return _("An answer is needed.")
    return "" if answer.isprintable() else _("Only signs that can be printed, please.")
