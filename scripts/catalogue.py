"""What the tests try: the catalogue of attacks, and the marks that tests carry."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
CATALOGUE = TESTS / "catalogue"
CONFORMANCE = "conformance"
_NOT_BROWSING = ("tests/unit/", "tests/contract/", "tests/edge/test_checks")


@dataclass(frozen=True)
class Item:
    """One attack or fault; ``why_not`` says why nothing can be tried."""

    number: int
    tried: str
    answer: str
    why_not: str


@dataclass(frozen=True)
class Section:
    """Items of one kind."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Plan:
    """A plan of the conformance suite; ``modules`` are told by their names."""

    name: str
    title: str
    modules: dict[str, str]


@dataclass(frozen=True)
class MarkedTest:
    """A test function; ``path`` is relative to the project."""

    path: str
    name: str

    @property
    def sentence(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")

    @property
    def is_browsing(self) -> bool:
        """Whether it goes through the URLs of a site rather than to one function."""
        return not self.path.startswith(_NOT_BROWSING)


def sections() -> list[Section]:
    """Return the catalogue."""
    return [
        _section(path)
        for path in sorted(CATALOGUE.glob("*.toml"))
        if path.stem != CONFORMANCE
    ]


def plans() -> list[Plan]:
    """Return the plans of the conformance suite."""
    found = tomllib.loads((CATALOGUE / f"{CONFORMANCE}.toml").read_text())
    return [Plan(**plan) for plan in found["plan"]]


@cache
def marked_tests(mark: str) -> dict[int | str, list[MarkedTest]]:
    """Return the tests by each argument of a mark, such as ``catalogue``."""
    found: dict[int | str, list[MarkedTest]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, argument in _marked(ast.parse(path.read_text()), mark):
            test = MarkedTest(str(path.relative_to(ROOT)), name)
            tests = found.setdefault(argument, [])
            if test not in tests:
                tests.append(test)
    return found


def _section(path: Path) -> Section:
    document = tomllib.loads(path.read_text())
    title = document.pop("title")
    items = (
        Item(
            int(number),
            item["tried"],
            item.get("answer", ""),
            item.get("why_not", ""),
        )
        for number, item in document.items()
    )
    return Section(title, tuple(sorted(items, key=lambda item: item.number)))


def _marked(
    node: ast.Module | ast.ClassDef, mark: str, inherited: tuple[int | str, ...] = ()
) -> Iterator[tuple[str, int | str]]:
    """Yield each test of a module or class with each argument of its marks."""
    for child in node.body:
        if isinstance(child, ast.Assign) and _names(child) == ["pytestmark"]:
            inherited += tuple(_arguments(child.value, mark))
    for child in node.body:
        if isinstance(child, ast.ClassDef):
            own = [a for d in child.decorator_list for a in _arguments(d, mark)]
            yield from _marked(child, mark, (*inherited, *own))
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            own = [a for d in child.decorator_list for a in _arguments(d, mark)]
            if child.name.startswith("test_"):
                yield from ((child.name, argument) for argument in (*inherited, *own))


def _names(assignment: ast.Assign) -> list[str]:
    return [target.id for target in assignment.targets if isinstance(target, ast.Name)]


def _arguments(node: ast.expr, mark: str) -> Iterator[int | str]:
    """Yield what ``pytest.mark.<mark>(…)`` is given, wherever in ``node`` it stands."""
    for call in ast.walk(node):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == mark
        ):
            for argument in call.args:
                value = argument.value if isinstance(argument, ast.Constant) else None
                if isinstance(value, int | str):
                    yield value
