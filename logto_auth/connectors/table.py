"""Reading the values of a declaration's table, such as one of a TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .options import Options
from .problem import Problem, unknown


def values_from(
    owner: type[Options], table: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of a table by the names of fields, and what is not known.

    Whether the values are right is not looked at: the problems of what is made of
    them tell.

    Args:
        owner: Whose options they are.
        table: By the names under which they are declared.
    """
    options = owner.options()
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in table.items():
        option = options.get(name)
        if option is None:
            problems.append(unknown(name, options))
        elif option.group is not None and isinstance(value, Mapping):
            inner, found = values_from(option.group, value)
            values[option.attribute] = option.group(**inner)
            problems += (problem.inside(name) for problem in found)
        else:
            values[option.attribute] = value
    return values, problems
