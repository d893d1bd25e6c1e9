"""What is wrong with a connector, by the name of the value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from django.utils.translation import gettext_lazy as _

from ..errors import Text

MISSING = _("is missing.")
FIXED = _("cannot be chosen: Logto has one connector of this kind, and its own.")
_UNKNOWN = _("is not known.")
_MEANT = _("is not known; did you mean %(name)s?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that is missing, wrong or unwise.

    Args:
        name: Of the value, dots between it and what it is inside of.
        message: The rest of the sentence. The value itself is never in it: it may be
            a secret.
    """

    name: str
    message: Text

    def __str__(self) -> str:
        return f"{self.name} {self.message}".strip()

    def inside(self, name: str) -> Problem:
        """Return the same problem of a value that is inside another."""
        return replace(self, name=f"{name}.{self.name}".rstrip("."))


def unknown(name: str, known: Iterable[str]) -> Problem:
    """Return that a name is not known, and the one that is meant if one is near."""
    near = get_close_matches(name, list(known), 1)
    return Problem(name, _MEANT % {"name": near[0]} if near else _UNKNOWN)
