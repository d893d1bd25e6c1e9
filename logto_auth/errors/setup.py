"""What keeps a set-up from being planned or finished."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


class SetupImpossible(LogtoError):
    """What is declared does not go with this Logto, or with these settings.

    ``reason`` is ``no_application``, ``application_type``, ``several_applications`` or
    ``connector_factory``.
    """

    code = "setup_impossible"
    title = _("Logto cannot be set up like this")


class SetupRefused(LogtoError):
    """A set-up was not made, or not kept.

    ``reason`` is ``no_credentials``, ``no_declaration``, ``nobody_there``,
    ``not_agreed``, ``no_plain_file`` or ``not_written``.
    """

    code = "setup_refused"
    title = _("Nothing was changed")


class DeclarationInvalid(LogtoError):
    """A declaration for ``logto_setup`` has values that are missing or wrong.

    Args:
        problems: All of them, each a sentence that begins with the value's name.
    """

    code = "declaration_invalid"
    title = _("The declaration is not complete or not right")

    def __init__(
        self, detail: str = "", *, problems: Iterable[object] = (), **more: Any
    ) -> None:
        self.problems = tuple(map(str, problems))
        super().__init__(
            detail or " ".join(self.problems), problems=self.problems, **more
        )
