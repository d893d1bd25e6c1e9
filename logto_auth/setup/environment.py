"""Values that a declaration takes from the environment: ``{ env = "NAME" }``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from ..connectors import Problem

#: The key of a table that names a variable.
ENV = "env"
_NOT_SET = _("names the variable %(name)s, which is not set.")


class Environment:
    """The variables of this process, and which of them were asked for in vain.

    Args:
        without_secrets: Whether secrets may be missing: where they go can be told
            without them.
    """

    def __init__(
        self, variables: Mapping[str, str], *, without_secrets: bool = False
    ) -> None:
        self._variables = variables
        self._without_secrets = without_secrets
        self.problems: list[Problem] = []

    @sensitive_variables()
    def resolve(self, value: Any, name: str, secret: Collection[str] = ()) -> Any:
        """Return a value with those of variables in place of their names.

        Args:
            name: What the value is called in the declaration.
            secret: The names of secrets, inside of it too.
        """
        if is_reference(value):
            may_be_missing = self._without_secrets and name in secret
            return self._value_of(str(value[ENV]), name, may_be_missing)
        if isinstance(value, Mapping):
            return {
                key: self.resolve(item, f"{name}.{key}", secret)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.resolve(item, name, secret) for item in value]
        return value

    @sensitive_variables()
    def _value_of(self, variable: str, name: str, may_be_missing: bool) -> str:
        value = self._variables.get(variable, "")
        if not value and may_be_missing:
            return variable
        if not value:
            self.problems.append(Problem(name, _NOT_SET % {"name": variable}))
        return value


def is_reference(value: Any) -> bool:
    """Tell whether this is the name of a variable."""
    return (
        isinstance(value, Mapping)
        and list(value) == [ENV]
        and isinstance(value[ENV], str)
    )


def references(value: Any, name: str = "") -> set[str]:
    """Return the names, with dots, of all values that are taken from variables.

    What is in a list has the name of the list.
    """
    if is_reference(value):
        return {name}
    if isinstance(value, list):
        return {found for item in value for found in references(item, name)}
    if not isinstance(value, Mapping):
        return set()
    return {
        found
        for key, item in value.items()
        for found in references(item, f"{name}.{key}" if name else key)
    }
