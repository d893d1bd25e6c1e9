"""Asks a person for what a declaration would say, and tells what to do at providers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..connectors import CONNECTORS, Connector, Option, Problem, kinds
from ..connectors.registry import FACTORY
from .connectors import new_id
from .declaration import CONNECTORS as CONNECTORS_TABLE
from .declared_connector import DeclaredConnector, declared_connectors
from .environment import ENV, Environment
from .knowledge import Knowledge
from .provider_side import provider_lines
from .terminal import Terminal

SCOPE = "scope"
_NAMED = {kind: name for name, kind in CONNECTORS.items()}


@dataclass(slots=True)
class Answers:
    """What a person has declared: tables, and the variables that they name."""

    tables: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict, repr=False)

    def toml(self) -> str:
        """Return the tables as a file, in which no secret is."""
        parts = []
        for name, table in self.tables[CONNECTORS_TABLE].items():
            lines = [f"{key} = {_written(value)}" for key, value in table.items()]
            parts.append("\n".join((f"[{CONNECTORS_TABLE}.{_key(name)}]", *lines, "")))
        return "\n".join(parts)


def _wrong(option: Option) -> Callable[[str], str]:
    return lambda value: str(option.kind(value))


def _key(name: str) -> str:
    return json.dumps(name) if "." in name or "~" in name else name


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_written(item)}" for key, item in value.items())
        return f"{{ {inner} }}"
    return json.dumps(value, ensure_ascii=False)


class Interview:
    """The questions about connectors.

    Args:
        endpoint: Of Logto, for the callback URLs.
        knowledge: What Logto knows; None where it cannot be asked.
    """

    def __init__(
        self, terminal: Terminal, endpoint: str, knowledge: Knowledge | None
    ) -> None:
        self._terminal = terminal
        self._endpoint = endpoint
        self._knowledge = knowledge
        self._answers = Answers({CONNECTORS_TABLE: {}})

    @sensitive_variables()
    def answers(self) -> Answers:
        """Ask which connectors there are to be, and for the values of each."""
        for kind in self._chosen():
            self._ask_about(kind)
        return self._answers

    def sketch(self) -> tuple[DeclaredConnector, ...]:
        """Ask which connectors there are to be, and for nothing else."""
        return tuple(DeclaredConnector(_NAMED[kind], kind()) for kind in self._chosen())

    def _chosen(self) -> list[type[Connector]]:
        known = list(CONNECTORS.values())
        chosen = self._terminal.choose(
            _("Which connectors? Numbers, or nothing for none"),
            [kind.title for kind in known],
        )
        return [known[place] for place in chosen]

    @sensitive_variables()
    def _ask_about(self, kind: type[Connector]) -> None:
        """Ask until the connector is one that Logto can be told about."""
        terminal = self._terminal
        terminal.say()
        terminal.say(kind.title)
        name, table = self._named(kind)
        table["id"] = self._id_of(name)
        self._tell_about(kind, name, table["id"])
        tables = self._answers.tables[CONNECTORS_TABLE]
        while True:
            tables[name] = table = {**table, **self._values(kind, name, table)}
            problems = self._problems(name, table)
            if not problems:
                return
            for problem in problems:
                terminal.say(f"  {problem}")

    @sensitive_variables()
    def _values(
        self, kind: type[Connector], name: str, former: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Ask for values; former answers need not be typed again."""
        options = kind.options()
        values: dict[str, Any] = {}
        for key in kind.asked:
            if options[key].is_secret:
                if key not in former:
                    values[key] = {ENV: self._secret(name, key)}
                continue
            suggested = kind.suggested_scope if key == SCOPE else ""
            values[key] = self._terminal.ask(
                key,
                default=str(former.get(key, suggested)),
                wrong=_wrong(options[key]),
            )
        return values

    @sensitive_variables()
    def _problems(self, name: str, table: Mapping[str, Any]) -> list[Problem]:
        environment = Environment(self._answers.variables)
        (declared,), problems = declared_connectors({name: table}, environment)
        _complete, found = declared.completed(self._knowledge)
        return [*problems, *found]

    @sensitive_variables()
    def _secret(self, name: str, key: str) -> str:
        """Ask for a secret; return the variable that is to hold it."""
        variable = re.sub(r"\W", "_", f"{name}_{key}", flags=re.ASCII).upper()
        self._answers.variables[variable] = self._terminal.ask_secret(key)
        return variable

    def _named(self, kind: type[Connector]) -> tuple[str, dict[str, Any]]:
        """Return the name of the connector's table, and the table's first values."""
        if not kind.standard:
            return _NAMED[kind], {}
        target = self._terminal.ask(
            _("target: a short name for this provider, such as okta"),
            wrong=lambda value: self._wrong_target(kind, value),
        )
        title = self._terminal.ask(_("name: what the button says"), default=target)
        return target, {FACTORY: _NAMED[kind], "name": title}

    def _wrong_target(self, kind: type[Connector], target: str) -> str:
        expected = kinds.identifier(target)
        if expected:
            return str(expected)
        there = self._knowledge.connector(target) if self._knowledge else None
        is_anothers = there is not None and there.factory_id != kind.factory_id
        is_taken = (
            target in CONNECTORS or target in self._answers.tables[CONNECTORS_TABLE]
        )
        if is_anothers or is_taken:
            return _("is the target of another connector.")
        return ""

    def _id_of(self, target: str) -> str:
        there = self._knowledge.connector(target) if self._knowledge else None
        return there.id if there else new_id(self._endpoint, target)

    def _tell_about(
        self, kind: type[Connector], target: str, connector_id: str
    ) -> None:
        suggested: dict[str, Any] = {"target": target, SCOPE: kind.suggested_scope}
        options = kind.options()
        known = kind(**{key: suggested[key] for key in suggested if key in options})
        for line in provider_lines(known, self._endpoint, connector_id):
            self._terminal.say(line)
