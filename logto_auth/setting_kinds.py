"""Kinds of values that settings have.

Each function takes what a site wrote and returns it in the type that code relies on.

Raises:
    ValueError: With the end of a sentence that says what is expected.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

#: Nobody waits longer for a page; sockets take no infinity.
LONGEST_SECONDS = 3600
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}
_HIGHEST_LIMIT = 1_000_000


class Rate(NamedTuple):
    """How often something may happen in a window of so many ``seconds``."""

    limit: int
    seconds: int


def text(value: Any) -> str:
    """Return a non-empty string."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a non-empty string.")
    return value.strip()


def address(value: Any) -> str:
    """Return an http or https address without its last slash."""
    given = text(value).rstrip("/")
    try:
        parts = urlsplit(given)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # not a number, or too large
    except ValueError:
        is_address = False
    if not is_address or len(given.split()) > 1:
        raise ValueError("must be an address such as https://example.logto.app.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must hold no user, query or fragment.")
    return given


def origin(value: Any) -> str | None:
    """Return scheme and host, None when there are none."""
    if value is None or value == "":
        return None
    given = address(value)
    if urlsplit(given).path:
        raise ValueError("must be scheme and host only, such as https://example.com.")
    return given


def texts(value: Any) -> tuple[str, ...]:
    """Return strings, each once."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError("must be a list of strings.")
    return tuple(dict.fromkeys(text(item) for item in value))


def optional_texts(value: Any) -> tuple[str, ...] | None:
    """Return strings, None when not set."""
    return None if value is None else texts(value)


def seconds(value: Any) -> float:
    """Return a number of seconds above zero."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= LONGEST_SECONDS:
        raise ValueError(
            f"must be a number of seconds above zero, at most {LONGEST_SECONDS}."
        )
    return float(value)


def switch(value: Any) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise ValueError("must be True or False.")
    return value


def one_of(*words: str) -> Callable[[Any], str]:
    """Return a parser that takes one of ``words``."""

    def parse(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(map(repr, words))}.")
        return str(value)

    return parse


def optional_address(value: Any) -> str:
    """Return an address, empty when not set."""
    return address(value) if value else ""


def rate(value: Any) -> Rate:
    """Return how often something may happen."""
    limit, _, unit = str(value).partition("/")
    is_number = limit.isascii() and limit.isdigit() and len(limit) < 8
    if not is_number or not 0 < int(limit) <= _HIGHEST_LIMIT or unit not in _SECONDS:
        raise ValueError(
            'must have values such as "60/m": how often in a second (s), minute (m), '
            "hour (h) or day (d)."
        )
    return Rate(int(limit), _SECONDS[unit])


def rates(*names: str) -> Callable[[Any], Mapping[str, Rate]]:
    """Return a parser that takes rates of what is named ``names``, or of some of it."""

    def parse(value: Any) -> Mapping[str, Rate]:
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            known = ", ".join(map(repr, names))
            raise ValueError(f"must be a dictionary with no other keys than {known}.")
        return MappingProxyType({name: rate(text) for name, text in value.items()})

    return parse


def imported(value: Any) -> Any:
    """Return what a dotted path leads to, and everything else as it is.

    It is imported here: only then is the check worth something.
    """
    try:
        return import_string(value) if isinstance(value, str) else value
    except ImportError as error:
        raise ValueError(f"cannot be imported: {error}.") from None


def optional_function(value: Any) -> Callable[..., Any] | None:
    """Return a plain function, given as it is or by its path; None when not set."""
    if value is None:
        return None
    function: Callable[..., Any] = imported(value)
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise ValueError("must be a plain function, or the path of one.")
    return function
