"""One value of a connector, declared once: tables, checks, bodies derive from it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..errors import Text
from . import kinds
from .kinds import Kind

_OPTION, _NAME = "option", "name"
_UNDERSCORE = re.compile(r"_(\w)")


class Place(Enum):
    """Where in the body of Logto's Management API a value stands."""

    BODY = "body"
    CONFIG = "config"
    METADATA = "metadata"
    #: It is for the set-up, not for Logto.
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Option:
    """What a field of a connector is.

    Args:
        kind: Says what is wrong with a value.
        help: What it does, for the documentation and for whoever is asked for it.
        place: Where Logto has it.
        key: Logto's name for it.
        attribute: The field.
        is_required: Without it the connector cannot work.
        is_secret: Never shown, never written into a declaration.
        group: The type of a value that has options of its own.
    """

    kind: Kind
    help: Text
    place: Place
    key: str
    attribute: str = ""
    is_required: bool = False
    is_secret: bool = False
    group: type[Any] | None = None


def option(
    kind: Kind,
    help: Text,
    *,
    default: Any = "",
    place: Place = Place.CONFIG,
    key: str = "",
    name: str = "",
    required: bool = False,
    secret: bool = False,
    shown: bool = True,
) -> Any:
    """Return a dataclass field that is an option.

    Args:
        default: What stands for a value that is not given.
        key: Logto's name; the option's own in camel case when left out.
        name: By which it is declared; the field's own when left out.
        shown: Whether ``repr()`` has it, where it is no secret but may hold some.

    The others are those of `Option`.
    """
    declared = Option(kind, help, place, key, is_required=required, is_secret=secret)
    return _field(declared, name, default, shown=shown and not secret)


def group(of: type[Any], help: Text, *, key: str) -> Any:
    """Return a dataclass field that has options of its own.

    Args:
        of: Their class; its defaults stand for what is not given.
        key: Logto's name.
    """
    declared = Option(kinds.never(kinds.TABLE), help, Place.CONFIG, key, group=of)
    return _field(declared, "", of(), shown=True)


def options_of(owner: type[Any]) -> Mapping[str, Option]:
    """Return the options of a dataclass by the names under which they are declared."""
    found = {}
    for field in dataclasses.fields(owner):
        if _OPTION not in field.metadata:
            continue
        declared: Option = field.metadata[_OPTION]
        name = field.metadata[_NAME] or field.name
        key = declared.key or camel_case(name)
        found[name] = dataclasses.replace(declared, key=key, attribute=field.name)
    return found


def _field(declared: Option, name: str, default: Any, *, shown: bool) -> Any:
    metadata = {_OPTION: declared, _NAME: name}
    return dataclasses.field(default=default, repr=shown, metadata=metadata)


def camel_case(name: str) -> str:
    """Return Logto's way of writing a name."""
    return _UNDERSCORE.sub(lambda match: match[1].upper(), name)


def is_given(value: Any) -> bool:
    """Tell whether there is a value; false and 0 are values."""
    return value is not None and (isinstance(value, bool | int | float) or bool(value))
