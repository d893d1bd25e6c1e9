"""Values that belong together, each declared as an option of a dataclass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .option import Option, Place, is_given, options_of
from .problem import MISSING, Problem


@dataclass(frozen=True, kw_only=True)
class Options:
    """The base of everything that has options."""

    @classmethod
    def options(cls) -> Mapping[str, Option]:
        """Return the options by name, with Logto's names for them."""
        return options_of(cls)

    def config(self) -> dict[str, Any]:
        """Return what is given of Logto's ``config``, with the keys that Logto uses."""
        return self._at(Place.CONFIG)

    def problems(self) -> list[Problem]:
        """Return every value that is missing or wrong, all at once."""
        return [
            problem
            for name, option in self.options().items()
            for problem in _problems(name, option, getattr(self, option.attribute))
        ]

    def _at(self, place: Place) -> dict[str, Any]:
        values = {
            option.key: _as_json(getattr(self, option.attribute))
            for option in self.options().values()
            if option.place is place
        }
        return {key: value for key, value in values.items() if is_given(value)}


def _problems(name: str, option: Option, value: Any) -> Iterator[Problem]:
    if option.group is not None and isinstance(value, option.group):
        yield from (problem.inside(name) for problem in value.problems())
    elif is_given(value):
        expected = option.kind(value)
        if expected:
            yield Problem(name, expected)
    elif option.is_required or option.group is not None:
        yield Problem(name, MISSING)


def _as_json(value: Any) -> Any:
    if isinstance(value, Options):
        return value.config()
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    return value
