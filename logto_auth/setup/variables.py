"""Variables of the environment that are not set, for a person to tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from .terminal import Terminal


class Asked(dict[str, str]):
    """Variables of which the missing ones are asked for.

    Args:
        told: Takes what is typed.
    """

    def __init__(
        self, variables: Mapping[str, str], terminal: Terminal, told: dict[str, str]
    ) -> None:
        super().__init__(variables)
        self._terminal = terminal
        self._told = told

    @sensitive_variables()
    def get(self, key: str, default: Any = None) -> Any:
        """See dict.get()."""
        value = super().get(key) or self._told.get(key)
        if not value:
            question = _("%(name)s (it is not set, and does not show)") % {"name": key}
            value = self._told[key] = self._terminal.ask_secret(question)
        return value
