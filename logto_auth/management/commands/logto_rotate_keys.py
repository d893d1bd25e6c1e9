"""Seals stored tokens with the newest key, so that the one before can go."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...errors import SealBroken
from ...models import LogtoSession, on_primary

BATCH = 500


class Command(BaseCommand):
    """``manage.py logto_rotate_keys``."""

    help = (
        "Seal the stored tokens with SECRET_KEY. Afterwards the keys in "
        "SECRET_KEY_FALLBACKS are not needed for them any more. Exit code 1 when some "
        "cannot be read: their visitors have to sign in again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done"
        )
        parser.add_argument(
            "--remove-unreadable",
            action="store_true",
            help="end the sessions whose tokens cannot be read",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what is not yet, and say how much there was."""
        from ...sessions.ending import end_sessions
        from ...sessions.tokens import reseal_tokens

        done = {"sealed": 0, "current": 0, "unreadable": 0}
        for row in _rows():
            try:
                is_new = reseal_tokens(row, writes=not options["dry_run"])
                done["sealed" if is_new else "current"] += 1
            except SealBroken:
                done["unreadable"] += 1
                if options["remove_unreadable"] and not options["dry_run"]:
                    end_sessions([row])
        verb = "Would seal" if options["dry_run"] else "Sealed"
        self.stdout.write(
            f"{verb} the tokens of {done['sealed']} sessions; {done['current']} were "
            f"so already, {done['unreadable']} cannot be read."
        )
        if done["unreadable"] and not options["remove_unreadable"]:
            sys.exit(1)


def _rows() -> Iterator[LogtoSession]:
    """Yield all rows, in pages, so that no cursor is open while they are written."""
    rows = on_primary(LogtoSession).order_by("pk").defer("claims")
    last = None
    while True:
        page = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        yield from page
        if len(page) < BATCH:
            return
        last = page[-1].pk
