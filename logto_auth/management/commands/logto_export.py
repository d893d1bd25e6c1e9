"""Tells everything that is kept about one person."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from ...accounts.person import told_about
from ..person_argument import add_person, chosen_person


class Command(BaseCommand):
    """``manage.py logto_export PERSON``."""

    help = (
        "Write everything that is kept about one person, as JSON and without secrets; "
        "not what the site's own user holds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the argument."""
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one document."""
        document = told_about(chosen_person(options))
        # In ASCII, which every terminal and file takes.
        self.stdout.write(json.dumps(document, indent=2, cls=DjangoJSONEncoder))
