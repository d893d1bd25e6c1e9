"""Asks a person for what a declaration would say, and tells what to do at providers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..connectors import CONNECTORS, Connector, Option, kinds
from ..connectors.registry import FACTORY
from .connectors import new_id
from .declared_connector import DeclaredConnector
from .environment import ENV
from .terminal import Terminal

_NAMED = {kind: name for name, kind in CONNECTORS.items()}


@dataclass(slots=True)
class Answers:
    """What a person has declared: tables, and the variables that they name."""

    tables: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict, repr=False)

    def toml(self) -> str:
        """Return the tables as a file, in which no secret is."""
        parts = []
        for name, table in self.tables["connectors"].items():
            lines = [f"{key} = {_written(value)}" for key, value in table.items()]
            parts.append("\n".join((f"[connectors.{_key(name)}]", *lines, "")))
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
        present: The ids of the connectors that Logto has already, by target.
    """

    def __init__(
        self, terminal: Terminal, endpoint: str, present: Mapping[str, str]
    ) -> None:
        self._terminal = terminal
        self._endpoint = endpoint
        self._present = present
        self._answers = Answers()

    @sensitive_variables()
    def answers(self) -> Answers:
        """Ask which connectors there are to be, and for the values of each."""
        self._answers = Answers({"connectors": {}})
        for kind in self._chosen():
            self._ask_about(kind)
        return self._answers

    def sketch(self) -> tuple[DeclaredConnector, ...]:
        """Ask which connectors there are to be, and for nothing else."""
        return tuple(
            DeclaredConnector(_NAMED[kind], kind(), frozenset())
            for kind in self._chosen()
        )

    def _chosen(self) -> list[type[Connector]]:
        known = list(CONNECTORS.values())
        chosen = self._terminal.choose(
            _("Which connectors? Numbers, or nothing for none"),
            [kind.title for kind in known],
        )
        return [known[place] for place in chosen]

    @sensitive_variables()
    def _ask_about(self, kind: type[Connector]) -> None:
        terminal = self._terminal
        terminal.say()
        terminal.say(kind.title)
        name, table = self._named(kind)
        connector_id = self._present.get(name) or new_id(name)
        table["id"] = connector_id
        options = kind.options()
        suggested: dict[str, Any] = {"target": name, "scope": kind.suggested_scope}
        known = kind(**{key: suggested[key] for key in suggested if key in options})
        terminal.say(_("At the provider:"))
        for step in known.console_steps(
            known.callback_url(self._endpoint, connector_id)
        ):
            terminal.say(f"  - {step}")
        for key in kind.asked:
            if options[key].is_secret:
                table[key] = {ENV: self._secret(name, key)}
            else:
                default = kind.suggested_scope if key == "scope" else ""
                table[key] = terminal.ask(
                    key, default=default, wrong=_wrong(options[key])
                )
        self._answers.tables["connectors"][name] = table

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
            wrong=lambda value: str(kinds.identifier(value)),
        )
        title = self._terminal.ask(_("name: what the button says"), default=target)
        return target, {FACTORY: _NAMED[kind], "name": title}
