"""A connector as a declaration has it, and what of it is secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from ..connectors import (
    Connector,
    OidcConnector,
    Options,
    OtherConnector,
    Problem,
    connector_from,
    kinds,
    secrets_in,
)
from ..errors import ConnectorInvalid, LogtoError
from .environment import Environment, is_reference, references
from .knowledge import Knowledge
from .outside import fetched_document

_LITERAL = _('must name a variable of the environment: { env = "NAME" }.')
_NOT_DISCOVERED = _("cannot be discovered from: %(why)s.")


@dataclass(frozen=True, slots=True)
class DeclaredConnector:
    """A connector, and what of it is declared and may be shown.

    Args:
        name: Of its table.
        given: The names of the options in the table; what else there is of the
            connector is a default, or discovered.
        secret: Paths in the body that Logto gets, such as ``config.clientSecret``.
    """

    name: str
    connector: Connector
    given: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()

    @property
    def target(self) -> str:
        return self.connector.target

    def completed(
        self, knowledge: Knowledge | None
    ) -> tuple[DeclaredConnector, list[Problem]]:
        """Return it with what others know, and all that is missing or wrong then.

        What is not declared is what Logto has already, where it has the connector.

        Args:
            knowledge: What Logto knows; None where it cannot be asked.
        """
        connector = self.connector
        if isinstance(connector, OidcConnector):
            if knowledge is not None:
                config = knowledge.config(connector.factory_id, connector.target)
                connector = connector.as_in(config, self.given)
            if connector.discovery_url:
                return self._discovered(connector)
        elif isinstance(connector, OtherConnector):
            if knowledge is None:
                return self, connector.problems_so_far()
            factory = knowledge.factory(connector.factory_id)
            if factory is not None:
                connector = connector.with_factory(factory)
                config = knowledge.config(connector.factory_id, connector.target)
                connector = connector.as_in(config)
        return replace(self, connector=connector), connector.problems()

    def _discovered(
        self, connector: OidcConnector
    ) -> tuple[DeclaredConnector, list[Problem]]:
        try:
            document = fetched_document(connector.discovery_url)
            complete = connector.discovered(document)
        except ConnectorInvalid as error:
            return self, [*error.problems, *connector.problems_so_far()]
        except LogtoError as error:
            why = f"{error.code} {error.reason}".strip()
            problem = Problem("issuer", str(_NOT_DISCOVERED) % {"why": why})
            return self, [problem, *connector.problems_so_far()]
        return replace(self, connector=complete), complete.problems()


@sensitive_variables()
def declared_connectors(
    tables: Any, environment: Environment
) -> tuple[tuple[DeclaredConnector, ...], list[Problem]]:
    """Return the connectors that tables declare, and what is wrong with the tables."""
    if not isinstance(tables, Mapping):
        return (), [Problem("", kinds.TABLE)]
    problems: list[Problem] = []
    declared: dict[str, DeclaredConnector] = {}
    for name, table in tables.items():
        problems += (problem.inside(name) for problem in _literals(name, table))
        inside = f"connectors.{name}"
        known = secrets_in(name, table) if isinstance(table, Mapping) else ()
        secrets = [f"{inside}.{path}" for path in known]
        value = environment.resolve(table, inside, secrets)
        found = connector_from(name, value)
        if isinstance(found, Connector):
            secret = frozenset(_secret_paths(name, table, found))
            declared[name] = DeclaredConnector(name, found, frozenset(table), secret)
        else:
            problems += (problem.inside(name) for problem in found)
    return tuple(declared.values()), problems


def _literals(name: str, table: Any) -> Iterator[Problem]:
    """Yield the secrets that stand in the declaration itself."""
    if not isinstance(table, Mapping):
        return
    for path in secrets_in(name, table):
        value: Any = table
        for step in path.split("."):
            value = value[step]
        if not is_reference(value):
            yield Problem(path, _LITERAL)


def _secret_paths(
    name: str, table: Mapping[str, Any], connector: Connector
) -> Iterator[str]:
    yield from (f"config.{key}" for key in connector.secret_keys())
    for path in {*secrets_in(name, table), *references(table)}:
        if isinstance(connector, OtherConnector):
            yield path
        elif "." in path:
            yield f"config.{_in_logtos_words(path, connector)}"


def _in_logtos_words(path: str, connector: Connector) -> str:
    """Return a path of a declaration with the keys that Logto uses."""
    options = connector.options()
    words = []
    for step in path.split("."):
        option = options.get(step)
        words.append(option.key if option else step)
        group: type[Options] | None = option.group if option else None
        options = group.options() if group else {}
    return ".".join(words)
