"""Says what is wrong between this site and its Logto, and how to mend it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style

from ...setting_kinds import origin
from ..plain_output import print_whatever_comes

if TYPE_CHECKING:
    from ...doctor import Line


class Command(BaseCommand):
    """``manage.py logto_doctor``: changes nothing, here or in Logto."""

    help = (
        "Look at settings, Logto, connectors, sessions, cache and database, line by "
        "line, each with the fix. Exits with 1 if something does not work."
    )
    # What they find are lines of its own.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """See BaseCommand.add_arguments()."""
        parser.add_argument(
            "--site",
            default="",
            metavar="URL",
            help="scheme and host of this site, where BASE_URL is not set",
        )
        parser.add_argument(
            "--deploy",
            action="store_true",
            help="run the checks for deployment, even with DEBUG on",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON document"
        )
        parser.add_argument(
            "--quiet", action="store_true", help="show warnings and failures only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, print, and exit with 1 where there is a failure.

        Raises:
            CommandError: ``--site`` is no address of a site.
        """
        from ...doctor import Context, Status, examine

        print_whatever_comes()
        context = Context(_site(options["site"]), deploy=options["deploy"])
        show = self._show_json if options["json"] else self._show_text
        lines = show(examine(context), options)
        if any(line.status is Status.FAILURE for line in lines):
            sys.exit(1)

    def _show_json(
        self, lines: Iterable[Line], options: Mapping[str, Any]
    ) -> list[Line]:
        from ...doctor.report import as_json

        told = list(lines)
        self.stdout.write(as_json(told))
        return told

    def _show_text(
        self, lines: Iterable[Line], options: Mapping[str, Any]
    ) -> list[Line]:
        """Write each line as soon as it is known: Logto may be slow."""
        from ...doctor.report import PROBLEMS, TextReport, summary

        on_terminal = self.stdout.isatty()
        report = TextReport(
            self.style if on_terminal or options["force_color"] else no_style(),
            width=shutil.get_terminal_size().columns if on_terminal else 0,
        )
        told = []
        for line in lines:
            told.append(line)
            if line.status in PROBLEMS or not options["quiet"]:
                self.stdout.write(report.of(line))
                self.stdout.flush()
        self.stdout.write(f"\n{summary(told)}")
        return told


def _site(given: str) -> str:
    try:
        return origin(given) or ""
    except ValueError as error:
        raise CommandError(f"--site {error}") from None
