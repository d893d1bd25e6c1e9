"""How often something may happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}
_HIGHEST_LIMIT = 1_000_000


class Rate(NamedTuple):
    """How often something may happen in a window of so many ``seconds``."""

    limit: int
    seconds: int


def rates(*names: str) -> Callable[[Any], Mapping[str, Rate]]:
    """Return a parser that takes rates of what is named ``names``, or of some of it.

    It raises ValueError with the end of a sentence that says what is expected.
    """

    def parse(value: Any) -> Mapping[str, Rate]:
        if not isinstance(value, Mapping):
            raise ValueError(f'must be a dictionary such as {{"{names[0]}": "60/m"}}.')
        for name in value:
            if name not in names:
                known = ", ".join(map(repr, names))
                raise ValueError(f"has the key {name!r}; the keys are {known}.")
        return MappingProxyType({name: _rate(name, value[name]) for name in value})

    return parse


def _rate(name: str, value: Any) -> Rate:
    limit, _, unit = str(value).partition("/")
    is_number = limit.isascii() and limit.isdigit() and len(limit) < 8
    if not is_number or not 0 < int(limit) <= _HIGHEST_LIMIT or unit not in _SECONDS:
        raise ValueError(
            f'must give {name!r} a rate such as "60/m": how often, at most '
            f"{_HIGHEST_LIMIT}, in a second (s), minute (m), hour (h) or day (d)."
        )
    return Rate(int(limit), _SECONDS[unit])
