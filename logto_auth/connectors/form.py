"""The form of a connector's values that a Logto server describes (``formItems``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from . import kinds
from .option import is_given
from .problem import MISSING, Problem, unknown

_JSON = _("must be a table or a list.")
_NUMBER = _("must be a number.")
_CHOICES = _("must be a list of %(words)s.")


@dataclass(frozen=True, slots=True)
class FormItem:
    """One field of the form in Logto's Console.

    Args:
        key: In the connector's ``config``.
        type: Logto's word for the kind of input.
        default: What the Console puts there beforehand; None when nothing.
        choices: What can be chosen.
        conditions: The values that others must have for this one to be asked for.
    """

    key: str
    type: str
    is_required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    conditions: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return the item that Logto describes."""
        return cls(
            key=str(document.get("key", "")),
            type=str(document.get("type", "")),
            is_required=document.get("required") is True,
            default=document.get("defaultValue"),
            choices=tuple(
                str(item.get("value")) for item in _objects(document, "selectItems")
            ),
            conditions=tuple(
                (str(item.get("targetKey")), item.get("expectValue"))
                for item in _objects(document, "showConditions")
            ),
        )

    def expected(self, value: Any) -> Text:
        """Return what a value should be; nothing when it is that.

        Types that are not known here are left to Logto.
        """
        kind = _KINDS.get(self.type)
        return kind(self, value) if kind else kinds.FINE


def _objects(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list; what is none is of no use here."""
    given = document.get(name)
    items = given if isinstance(given, list | tuple) else ()
    return [item for item in items if isinstance(item, Mapping)]


@dataclass(frozen=True, slots=True)
class Form:
    """All fields of the form of a kind of connector."""

    items: tuple[FormItem, ...]

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, Any]]) -> Self:
        """Return the form that Logto describes."""
        return cls(tuple(FormItem.of(document) for document in documents))

    def filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values with the required ones that the Console has beforehand.

        Of those that are tables it only shows how they look.
        """
        found = dict(values)
        for item in self._asked(values):
            is_example = isinstance(item.default, Mapping | list)
            if item.is_required and is_given(item.default) and not is_example:
                found.setdefault(item.key, item.default)
        return found

    def problems(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield every value that is missing or wrong."""
        given = self.filled(values)
        for item in self._asked(values):
            value = given.get(item.key)
            if is_given(value):
                expected = item.expected(value)
                if expected:
                    yield Problem(item.key, expected)
            elif item.is_required:
                yield Problem(item.key, MISSING)

    def strangers(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield every value that the form does not ask for.

        Logto may know it all the same: not all that it reads is in its forms.
        """
        keys = [item.key for item in self.items]
        for key in values:
            if key not in keys:
                yield unknown(key, keys)

    def _asked(self, values: Mapping[str, Any]) -> Iterator[FormItem]:
        given = {item.key: item.default for item in self.items} | dict(values)
        for item in self.items:
            if all(given.get(key) == value for key, value in item.conditions):
                yield item


def _some_of(item: FormItem, value: Any) -> Text:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if is_list and all(choice in item.choices for choice in value):
        return kinds.FINE
    return _CHOICES % {"words": ", ".join(item.choices)}


_KINDS: Mapping[str, Callable[[FormItem, Any], Text]] = {
    "Text": lambda item, value: kinds.text(value),
    "MultilineText": lambda item, value: kinds.text(value),
    "Number": lambda item, value: kinds.FINE if kinds.is_number(value) else _NUMBER,
    "Switch": lambda item, value: kinds.switch(value),
    "Select": lambda item, value: kinds.one_of(*item.choices)(value),
    "MultiSelect": _some_of,
    "Json": lambda item, value: (
        kinds.FINE if isinstance(value, Mapping | list | tuple) else _JSON
    ),
}
