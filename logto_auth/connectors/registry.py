"""Which connectors there are, and how a declaration names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from . import kinds
from .connector import Connector
from .facebook import FacebookConnector
from .hugging_face import HuggingFaceConnector
from .naver import NaverConnector
from .oidc import OidcConnector
from .other import OtherConnector
from .problem import FIXED, Problem
from .secret_names import declared_names, secret_names
from .table import values_from

FACTORY = "factory"

#: By the names that declarations use.
CONNECTORS: Final[Mapping[str, type[Connector]]] = {
    "huggingface": HuggingFaceConnector,
    "facebook": FacebookConnector,
    "naver": NaverConnector,
    "oidc": OidcConnector,
}
_BY_FACTORY = {known.factory_id: known for known in CONNECTORS.values()}
_NO_FACTORY = _("is missing: only %(names)s have names of their own.")
_TWICE = _("has the target %(target)s, which %(other)s has too.")


def connector_from(name: str, table: Any) -> Connector | list[Problem]:
    """Return the connector that a table of a declaration describes.

    What it is worth is told by its `Connector.problems`.

    Args:
        name: Of the table: one of `CONNECTORS`, or the target of a connector whose
            ``factory`` the table names.
        table: With secrets in it, no references to them.

    Returns:
        All problems instead, those of the connector too, if the table has values that
        are not known, or does not say what it is.
    """
    if not isinstance(table, Mapping):
        return [Problem("", kinds.TABLE)]
    kind = _kind_of(name, table)
    if kind is None:
        factory = table.get(FACTORY)
        message = kinds.identifier(factory) if factory else _missing_factory()
        return [Problem(FACTORY, message)]
    values, problems = values_from(kind, _without_factory(kind, table))
    if kind is OtherConnector:
        values["declared_as"] = name
    elif kind.standard:
        values.setdefault("target", name)
    connector = kind(**values)
    if not problems:
        return connector
    strange = [_explained(kind, problem) for problem in problems]
    return [*strange, *connector.problems_so_far()]


def secrets_in(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a table's values that are secrets.

    Names inside tables have dots: ``config.clientSecret``. A reference to an
    environment variable is a value like others here.
    """
    kind = _kind_of(name, table) or OtherConnector
    yield from secret_names(table, kind, declared_names)


def collisions(connectors: Mapping[str, Connector]) -> list[Problem]:
    """Return which connectors Logto would not have together, by their names."""
    found: list[Problem] = []
    seen: dict[str, Connector] = {}
    for name, connector in connectors.items():
        for other, its in seen.items():
            if _collide(connector, its):
                facts = {"target": connector.target, "other": other}
                found.append(Problem(name, _TWICE % facts))
                break
        seen[name] = connector
    return found


def _collide(one: Connector, other: Connector) -> bool:
    # Those for the web and for phones share a target, which Logto tells apart.
    are_platforms = not (one.is_standard or other.is_standard) and (
        one.factory_id != other.factory_id
    )
    return bool(one.target) and one.target == other.target and not are_platforms


def _kind_of(name: str, table: Mapping[str, Any]) -> type[Connector] | None:
    factory = table.get(FACTORY, name if name in CONNECTORS else None)
    if not isinstance(factory, str) or kinds.identifier(factory):
        return None
    return CONNECTORS.get(factory) or _BY_FACTORY.get(factory, OtherConnector)


def _without_factory(
    kind: type[Connector], table: Mapping[str, Any]
) -> Mapping[str, Any]:
    if FACTORY in kind.options():
        return table
    return {name: value for name, value in table.items() if name != FACTORY}


def _missing_factory() -> str:
    return _NO_FACTORY % {"names": ", ".join(CONNECTORS)}


def _explained(kind: type[Connector], problem: Problem) -> Problem:
    """Return the problem, with why where Logto has such a value for others."""
    is_others = problem.name in OtherConnector.options() and not kind.standard
    return Problem(problem.name, FIXED) if is_others else problem
