"""Kinds of values that settings have.

Each function takes what a site wrote and returns it in the type that code relies on.

Raises:
    ValueError: With the end of a sentence that says what is expected.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

#: Nobody waits longer for a page; sockets take no infinity.
LONGEST_SECONDS = 3600
#: Logto's longest life of a refresh token, 180 days.
LONGEST_INTERVAL = 180 * 24 * 3600


def text(value: Any) -> str:
    """Return a non-empty string."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a non-empty string.")
    return value.strip()


def optional_text(value: Any) -> str:
    """Return a string, empty when not set."""
    return text(value) if value else ""


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


def seconds_or_never(value: Any) -> int:
    """Return a whole number of seconds; 0 is never."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= LONGEST_INTERVAL:
        raise ValueError(
            f"must be a whole number of seconds from 0 to {LONGEST_INTERVAL}."
        )
    return int(value)


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


def imported(value: Any) -> Any:
    """Return what a dotted path leads to, and everything else as it is.

    It is imported here: only then is the check worth something.
    """
    try:
        return import_string(value) if isinstance(value, str) else value
    except ImportError as error:
        raise ValueError(f"cannot be imported: {error}.") from None


def optional_function(value: Any) -> Callable[[Any], Any] | None:
    """Return a plain function of one argument, given as it is or by its path.

    None when not set.
    """
    if value is None:
        return None
    function: Callable[[Any], Any] = imported(value)
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise ValueError("must be a plain function, or the path of one.")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function  # of C code, which need not tell
    try:
        signature.bind(None)
    except TypeError as error:
        raise ValueError(f"must be a function of one argument: {error}.") from None
    return function
