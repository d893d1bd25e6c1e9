"""``manage.py logto_setup``: makes Logto what a declaration says it has to be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ...errors import LogtoError
from ...setup.complaint import complaint
from ...setup.declaration import FILE_NAME
from ...setup.run import Options, set_up
from ...setup.terminal import Terminal, Tone
from ..plain_output import print_whatever_comes


class Command(BaseCommand):
    """Plan, ask, apply."""

    help = (
        "Set up Logto for this site: the application and its addresses, the webhook, "
        "connectors, the sign-in page, the account center. Without options, on a "
        "terminal, it asks."
    )
    # It is what mends the settings that these complain about.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--file",
            type=Path,
            metavar="PATH",
            help=f"the declaration; {FILE_NAME} when it is there",
        )
        parser.add_argument(
            "--site",
            metavar="URL",
            help='scheme and host of this site; LOGTO["BASE_URL"] when not given',
        )
        parser.add_argument("--plan", action="store_true", help="only show the plan")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="delete what is in Logto and not declared: addresses, events, "
            "connectors, buttons",
        )
        parser.add_argument(
            "--show-secrets", action="store_true", help="print secrets too"
        )
        parser.add_argument(
            "--write-env",
            type=Path,
            metavar="PATH",
            help="write ids and secrets into this file, for its owner only",
        )

    @sensitive_variables()
    def handle(self, *args: Any, **options: Any) -> None:
        """Set up Logto.

        Raises:
            CommandError: Something is missing or wrong, Logto refused a change, or
                nobody was there to agree.
        """
        print_whatever_comes()
        if options["plan"] and options["write_env"]:
            raise CommandError(_("--write-env writes nothing with --plan."))
        wanted = Options(
            path=options["file"],
            site=options["site"],
            only_plan=options["plan"],
            is_agreed=options["yes"],
            prune=options["prune"],
            show_secrets=options["show_secrets"],
            env_path=options["write_env"],
        )
        try:
            set_up(self._terminal(), wanted, os.environ)
        except LogtoError as error:
            raise CommandError(complaint(error)) from None
        except (KeyboardInterrupt, EOFError):
            raise CommandError(_("Stopped.")) from None

    def _terminal(self) -> Terminal:
        styles = {
            Tone.GOOD: self.style.SUCCESS,
            Tone.NOTABLE: self.style.WARNING,
            Tone.BAD: self.style.ERROR,
        }
        return Terminal(self.stdout, self.stderr, styles)
