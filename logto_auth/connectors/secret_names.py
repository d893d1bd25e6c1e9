"""Which values are secrets, by what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .option import Option, Place
from .options import Options

#: The ends of the names of secrets in Logto's connectors; their forms do not tell.
_SECRET = re.compile(r"(key|secret|token|pass|password|authorization)$", re.IGNORECASE)

Names = Callable[[type[Options]], Mapping[str, Option]]


def declared_names(owner: type[Options]) -> Mapping[str, Option]:
    """Return options by the names that declarations have for them."""
    return owner.options()


def config_keys(owner: type[Options]) -> Mapping[str, Option]:
    """Return options by the names that Logto has for them in ``config``."""
    options = owner.options().values()
    return {option.key: option for option in options if option.place is Place.CONFIG}


def secret_names(
    table: Mapping[str, Any],
    owner: type[Options] | None,
    names: Names,
    prefix: str = "",
) -> Iterator[str]:
    """Yield the names of all secrets in a table, with dots before those inside others.

    Args:
        owner: Whose options tell; None where only the names themselves do.
        names: How the table names options.
        prefix: What comes before the names.
    """
    options = names(owner) if owner else {}
    for name, value in table.items():
        option = options.get(name)
        if option.is_secret if option else _SECRET.search(name):
            yield prefix + name
        elif isinstance(value, Mapping):
            group = option.group if option else None
            yield from secret_names(value, group, names, f"{prefix}{name}.")
