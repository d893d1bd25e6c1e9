"""The person whom a command is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ..accounts.person import Person, SeveralPeople, find_person
from ..log import one_line


def add_person(parser: CommandParser) -> None:
    """Add the argument."""
    parser.add_argument(
        "person", help="the subject, which is Logto's id of a user, or a username here"
    )


def chosen_person(options: Mapping[str, Any]) -> Person:
    """Return whom the argument means.

    Raises:
        CommandError: Nobody, or two people.
    """
    word = options["person"]
    name = one_line(word)
    try:
        # No database holds NUL in a name, and PostgreSQL refuses to look for it.
        person = None if "\0" in word else find_person(word)
    except SeveralPeople:
        raise CommandError(
            f"{name} is the subject of one person and the username of another, or the "
            "subject of two at different issuers. Name them in another way."
        ) from None
    if person is None:
        raise CommandError(
            f"Nothing is kept about anybody with the subject or username {name}."
        )
    return person
