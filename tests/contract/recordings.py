"""What was recorded with a real Logto, what of it is replayed, and why the rest is not.

``tests/recordings/index.json`` names every exchange; ``wire`` holds those that matter
here. A test declares what it replays with ``@pytest.mark.recording("360", "361")``,
where a number stands for every recording whose name begins with it and a hyphen.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "recordings"
WIRE = FOLDER / "wire"


@dataclass(frozen=True)
class Reason:
    """Why recordings are not replayed.

    Args:
        pattern: What a line ``name: method path status`` of theirs begins with.
    """

    pattern: str
    text: str


REASONS = (
    Reason(
        r"\S+: POST :3002", "Of the tenant that Logto's Console itself signs in at."
    ),
    Reason(
        r"\S+: \w+ /api/(my-account|verifications)",
        "Account API: not played by the simulator.",
    ),
    Reason(r"(002|196)-", "The list of users searched, or seen from another tenant."),
    Reason(
        r"\S+: \w+ /api/(users|configs|secrets|organization|subject|one-time)",
        "Management API of users and organizations: not played by the simulator.",
    ),
    Reason(
        r"\S+: \w+ /api/(resources|roles|applications/\w+/(user-consent|access))",
        "Management API of resources, roles and access: not played by the simulator.",
    ),
    Reason(
        r"(762|791|794)-", "Access control by the Management API: set by tests alone."
    ),
    Reason(
        r"132-",
        "Linking through the Management API: not played by the simulator.",
    ),
    Reason(r"703-", "The log of a webhook: not played by the simulator."),
    Reason(r"560b-", "A message that Logto sent through its mock e-mail connector."),
    Reason(
        r"(573b|upstream)-",
        "Between Logto and a social provider; the simulator plays both at once.",
    ),
    Reason(r"620-browser", "The pages of Logto's Console, which the simulator lacks."),
    Reason(r"753-", "Token exchange: no application of the simulator's may use it."),
    Reason(r"831-.*2verif", "The simulator never locks anybody out."),
    Reason(r"webhook-.*raw:", "The bytes of a delivery that has its own line."),
    Reason(
        r"webhook-\d+-(Scope|Role|Organization(Scope|Role|.Created)|Identifier)",
        "Webhooks about what nobody changes at the simulator.",
    ),
    Reason(r"webhook-", "Webhooks of the same form as those that are replayed."),
)


@cache
def index() -> dict[str, str]:
    """Return every recording by name: method, path and status."""
    document: dict[str, str] = json.loads((FOLDER / "index.json").read_text("utf-8"))
    return document


@cache
def load(name: str) -> dict[str, Any]:
    """Return a recorded exchange."""
    document: dict[str, Any] = json.loads((WIRE / f"{name}.json").read_text("utf-8"))
    return document


def names(prefix: str) -> list[str]:
    """Return the recordings that ``prefix`` stands for, in order."""
    found = [
        path.stem
        for path in sorted(WIRE.glob(f"{prefix}*.json"))
        if path.stem == prefix or path.stem.startswith(f"{prefix}-")
    ]
    assert found, f"there is no recording {prefix}"
    return found


def marked(marks: Iterator[Any]) -> set[str]:
    """Return the recordings that ``recording`` marks declare."""
    return {
        name
        for mark in marks
        if mark.name == "recording"
        for prefix in mark.args
        for name in names(prefix)
    }


@cache
def replayed() -> frozenset[str]:
    """Return every recording that a contract test declares."""
    found: set[str] = set()
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"tests.contract.{path.stem}")
        for holder in (module, *_classes(module)):
            for test in vars(holder).values():
                found |= marked(_marks(test))
    return frozenset(found)


def reason_of(name: str) -> Reason | None:
    """Return why ``name`` is not replayed."""
    line = f"{name}: {index()[name]}"
    for reason in REASONS:
        if re.match(reason.pattern, line):
            return reason
    return None


def _classes(module: Any) -> list[type]:
    return [
        item
        for name, item in vars(module).items()
        if name.startswith("Test") and isinstance(item, type)
    ]


def _marks(test: Any) -> Iterator[Any]:
    """Yield the marks of a test, and of each set of parameters that it has."""
    for mark in getattr(test, "pytestmark", ()):
        yield mark
        if mark.name == "parametrize":
            for parameters in mark.args[1]:
                yield from getattr(parameters, "marks", ())
