"""Moves accounts to another address of Logto's, such as a custom domain."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from ...accounts.issuer_change import change_issuer, issuer_at, known_issuers
from ...conf import ISSUER_PATH, logto_settings
from ...engine.issuer import issuer_of


class Command(BaseCommand):
    """``manage.py logto_change_issuer OLD NEW``."""

    help = "Move accounts to another address of Logto's: endpoints or issuers."

    def add_arguments(self, parser: CommandParser) -> None:
        """See BaseCommand.add_arguments()."""
        parser.add_argument("issuers", nargs=2, metavar=("OLD", "NEW"))
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move them; name those that cannot be moved, and fail in the end."""
        try:
            old, new = map(issuer_at, options["issuers"])
        except ValueError as error:
            raise CommandError(f"OLD and NEW: each {error}") from None
        if old == new:
            raise CommandError(f"OLD and NEW are the same issuer, {old}.")
        if not {old, new} & set(known := known_issuers()):
            raise CommandError(
                f"No account is of {old}, nor of {new}. There are accounts of: "
                f"{', '.join(known) or 'none'}."
            )
        changed = kept = 0
        try:
            for chunk in change_issuer(old, new, dry_run=options["dry_run"]):
                changed, kept = changed + chunk.changed, kept + len(chunk.kept)
                self.stderr.writelines(f"kept: {account}\n" for account in chunk.kept)
        except IntegrityError:
            raise CommandError(
                f"{changed} moved, then too many people signed in at {new} for the "
                "first time. Run it again."
            ) from None
        verb = "can be moved" if options["dry_run"] else "moved"
        self.stdout.write(f"Accounts {verb} to {new}: {changed}. Kept: {kept}.")
        if issuer_of(logto_settings.ENDPOINT) != new:
            address = new.removesuffix(ISSUER_PATH)
            self.stderr.write(f'Set LOGTO["ENDPOINT"] to {address} and restart.')
        if kept:
            raise CommandError("Accounts were kept: NEW has others for these people.")
