"""One object in Logto, what is to become of it, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from ..management_api import ManagementApi
from .outcome import Outcome

#: What stands for a value that nobody may read over a shoulder.
SECRET = _("(secret)")


class Action(Enum):
    """What is to be done."""

    CREATE = "+"
    CHANGE = "~"
    DELETE = "-"
    KEEP = "="


@dataclass(frozen=True, slots=True)
class Difference:
    """One value, from and to, as it may be shown.

    Args:
        name: Of the value.
        before: As it is in Logto; empty where there is none.
        after: As it is to be.
        is_secret: Neither may be shown.
    """

    name: str
    before: Any = field(repr=False)
    after: Any = field(repr=False)
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What is to become of one object.

    Args:
        subject: What it is called.
        differences: All that changes; none at all where nothing does.
        notes: What a person should know, such as what was kept.
        apply: Does it. It reads what is there once more, since a person may have
            changed something else meanwhile, and leaves what it finds in the outcome.
    """

    action: Action
    subject: Text
    differences: tuple[Difference, ...] = ()
    notes: tuple[Text, ...] = ()
    apply: Callable[[ManagementApi, Outcome], None] = field(
        default=lambda api, outcome: None, repr=False
    )

    @property
    def is_change(self) -> bool:
        return self.action is not Action.KEEP


def changed_or_kept(
    subject: Text,
    differences: tuple[Difference, ...],
    apply: Callable[[ManagementApi, Outcome], None],
    notes: tuple[Text, ...] = (),
) -> Step:
    """Return the step for an object that is there already."""
    if differences:
        return Step(Action.CHANGE, subject, differences, notes, apply)
    return Step(Action.KEEP, subject, notes=notes, apply=lambda api, outcome: None)
