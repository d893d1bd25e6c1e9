"""Removes everything that is kept about one person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...accounts.person import Person, erase
from ...setup.terminal import Terminal
from ..person_argument import add_person, chosen_person


class Command(BaseCommand):
    """``manage.py logto_erase PERSON``."""

    help = (
        "End the sessions of one person and remove their Logto accounts, with "
        "everything that is kept about them; never the site's own user."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the argument and the option."""
        add_person(parser)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what there is, ask, and remove it."""
        person = chosen_person(options)
        self._show(person)
        if not options["yes"]:
            if not Terminal.is_there():
                raise CommandError("Nothing was removed. Add --yes to remove it.")
            if not self._agreed():
                raise CommandError("Nothing was removed.")
        erase(person)
        self.stdout.write("Removed.")

    def _agreed(self) -> bool:
        try:
            terminal = Terminal(self.stdout, self.stderr, {})
            return terminal.agrees("Remove all of it?", default=False)
        except EOFError:
            return False

    def _show(self, person: Person) -> None:
        for name, count in person.counts().items():
            self.stdout.write(f"{name}: {count}")
        if person.user is not None:
            self.stdout.write(
                f"The site's own user {person.user.pk} stays: remove them as your site "
                "removes its users."
            )
        self.stdout.write(
            "Logto keeps its own record: delete the user there, or the person is back "
            "at the next sign-in."
        )
