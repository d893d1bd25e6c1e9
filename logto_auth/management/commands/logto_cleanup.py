"""Removes what can be of no use any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model, QuerySet
from django.utils import timezone

from ...models import (
    EndedLogtoSession,
    UsedAttempt,
    UsedLogoutToken,
    WebhookDelivery,
)
from ...sessions.ending import end_sessions
from ...sessions.expiry import expired_sessions

#: Twice the life of an attempt's cookie.
ATTEMPT_AGE = timedelta(hours=2)
#: Twice as long as a logout token is taken.
LOGOUT_TOKEN_AGE = timedelta(minutes=10)
#: Longer than a webhook is taken: what is known of it keeps it from being taken twice.
WEBHOOK_DAYS = 30
#: Those that failed are somebody's to look at.
FAILED_TIMES = 3
BATCH = 1000
State = WebhookDelivery.State


class Command(BaseCommand):
    """``manage.py logto_cleanup``."""

    help = (
        "Remove used sign-in attempts and logout tokens, old webhooks, and sessions "
        "that have ended. Run it daily, beside clearsessions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be removed"
        )
        parser.add_argument(
            "--keep-days",
            type=int,
            default=WEBHOOK_DAYS,
            help=f"days to keep webhooks, {WEBHOOK_DAYS} unless given; those that "
            f"failed are kept {FAILED_TIMES} times as long",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the rows and say how many there were of each kind."""
        keep_days = options["keep_days"]
        if keep_days < 2:
            raise CommandError("Webhooks have to be kept for 2 days at least.")
        now = timezone.now()
        old = now - timedelta(days=keep_days)
        very_old = now - timedelta(days=FAILED_TIMES * keep_days)
        webhooks = WebhookDelivery.objects.filter(received_at__lt=old)
        is_done = {"state__in": (State.HANDLED, State.IGNORED)}
        kinds: dict[str, QuerySet[Any]] = {
            "used attempts": UsedAttempt.objects.filter(used_at__lt=now - ATTEMPT_AGE),
            "used logout tokens": UsedLogoutToken.objects.filter(
                used_at__lt=now - LOGOUT_TOKEN_AGE
            ),
            "ended Logto sessions": EndedLogtoSession.objects.filter(
                ended_at__lt=now - LOGOUT_TOKEN_AGE
            ),
            "webhooks": webhooks.filter(**is_done),
            "webhooks that failed": webhooks.exclude(**is_done).filter(
                received_at__lt=very_old
            ),
        }
        verb = "Would remove" if options["dry_run"] else "Removed"
        for name, rows in kinds.items():
            count = rows.count() if options["dry_run"] else _delete(rows)
            self.stdout.write(f"{verb} {count} {name}.")
        count = 0
        for page in expired_sessions():
            count += len(page)
            if not options["dry_run"]:
                end_sessions(page)
        self.stdout.write(f"{verb} {count} sessions.")


def _delete(rows: QuerySet[Any]) -> int:
    """Delete in batches: no statement may hold a table for long."""
    count = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        model: type[Model] = rows.model
        count += model._default_manager.filter(pk__in=keys).delete()[0]
    return count
