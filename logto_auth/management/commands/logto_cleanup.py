"""Removes what can be of no use any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...models import LogtoSession, UsedAttempt

# Logto's longest life of a grant; no token in an older row works.
SESSION_DAYS = 180
# Twice the life of an attempt's cookie.
ATTEMPT_HOURS = 2


class Command(BaseCommand):
    """``manage.py logto_cleanup``."""

    help = "Remove used sign-in attempts and sessions whose tokens are dead."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the rows and say how many there were."""
        now = timezone.now()
        attempts, _ = UsedAttempt.objects.filter(
            used_at__lt=now - timedelta(hours=ATTEMPT_HOURS)
        ).delete()
        sessions, _ = LogtoSession.objects.filter(
            updated_at__lt=now - timedelta(days=SESSION_DAYS)
        ).delete()
        self.stdout.write(f"Removed {attempts} attempts and {sessions} sessions.")
