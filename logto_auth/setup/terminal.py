"""A person at a terminal: what they are asked, and what they are told."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from django.utils.translation import gettext as _


class Output(Protocol):
    """Where lines are written; Django's ``OutputWrapper``."""

    def write(self, msg: str = "") -> object: ...


class Terminal:
    """Asks on standard input; secrets do not show."""

    def __init__(self, output: Output) -> None:
        self._output = output

    @staticmethod
    def is_there() -> bool:
        """Tell whether somebody can answer."""
        return sys.stdin is not None and sys.stdin.isatty()

    def say(self, text: str = "") -> None:
        """Tell something."""
        self._output.write(text)

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
            expected = wrong(answer) if answer else _("An answer is needed.")
            if not expected:
                return answer
            self.say(f"  {expected}")

    def ask_secret(self, question: str) -> str:
        """Return an answer that is not shown while it is typed."""
        while True:
            answer = getpass.getpass(f"{question}: ").strip()
            if answer:
                return answer
            self.say("  " + _("An answer is needed."))

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
