"""Handles the webhooks that could not be handled when they came."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...events.deliveries import due, given_up, handle
from ...models import WebhookDelivery


class Command(BaseCommand):
    """``manage.py logto_webhooks``."""

    help = (
        "Handle the webhooks that failed before and are due; exit code 1 when one "
        "fails again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option."""
        parser.add_argument(
            "--all", action="store_true", help="those that were given up as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Try each once and say how many there were."""
        handled = failed = 0
        waiting = list(due().values_list("pk", flat=True))
        if options["all"]:
            waiting += given_up().values_list("pk", flat=True)
        for pk in waiting:
            delivery = WebhookDelivery.objects.filter(pk=pk).first()
            if delivery is not None:
                state = handle(delivery)
                handled += state == WebhookDelivery.State.HANDLED
                failed += state == WebhookDelivery.State.FAILED
        self.stdout.write(f"Handled {handled} webhooks; {failed} failed.")
        if failed:
            sys.exit(1)
