"""What a connector's configuration is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

ItemType = Literal["Text", "MultilineText", "Select", "Switch", "Json"]


@dataclass(frozen=True)
class FormItem:
    """One value of a connector's configuration, as Logto's Console asks for it.

    Args:
        options: Of a ``Select``, what can be chosen.
        shown_when: Another item's key, and the value of it with which this one counts.
    """

    key: str
    label: str
    type: ItemType = "Text"
    required: bool = True
    default: Any = None
    options: Sequence[str] = ()
    shown_when: tuple[str, str] | None = None

    @property
    def may_be_missing(self) -> bool:
        """Whether Logto takes a configuration without it; a choice has a default."""
        return not self.required or self.type == "Select"

    def document(self) -> dict[str, Any]:
        """Return the item the way Logto writes it."""
        document: dict[str, Any] = {
            "type": self.type,
            "key": self.key,
            "label": self.label,
            "required": self.required,
        }
        if self.options:
            document["selectItems"] = [
                {"value": option, "title": option} for option in self.options
            ]
        if self.default is not None:
            document["defaultValue"] = self.default
        if self.shown_when is not None:
            key, value = self.shown_when
            document["showConditions"] = [{"targetKey": key, "expectValue": value}]
        return document
