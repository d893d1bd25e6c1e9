"""Two or more sides of a comparison, measured in turns, so that all see one machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


def nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Side:
    """One way of doing something; the first of a comparison is what others stand to.

    Args:
        name: As the table has it.
        run: What is timed.
        prepare: Done before, and not timed.
    """

    name: str
    run: Callable[[], object]
    prepare: Callable[[], object] = nothing


@dataclass(frozen=True)
class Measured:
    """What one side took. Times are in seconds, ``low`` and ``high`` are quartiles.

    Args:
        ratio: Median of the ratios to the first side, each of one round.
        calls: How often Logto was asked in a round, at least and at most.
    """

    name: str
    median: float
    low: float
    high: float
    ratio: float
    calls: tuple[int, int]

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def measure(
    sides: Sequence[Side], rounds: int, *, calls: Callable[[], int]
) -> list[Measured]:
    """Run every side once a round, each time beginning with another one.

    One round before the first warms up and does not count.

    Args:
        calls: Says how often Logto has been asked so far.
    """
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    asked: dict[str, list[int]] = {side.name: [] for side in sides}
    for number in range(rounds + 1):
        first = number % len(sides)
        for side in [*sides[first:], *sides[:first]]:
            side.prepare()
            before = calls()
            began = time.perf_counter()
            side.run()
            took = time.perf_counter() - began
            if number:
                times[side.name].append(took)
                asked[side.name].append(calls() - before)
    base = times[sides[0].name]
    return [
        _measured(side.name, times[side.name], base, asked[side.name]) for side in sides
    ]


def _measured(
    name: str, times: Sequence[float], base: Sequence[float], asked: Sequence[int]
) -> Measured:
    ratios = [took / other for took, other in zip(times, base, strict=True)]
    low, high = min(times), max(times)
    if len(times) > 1:
        low, _, high = statistics.quantiles(times, n=4, method="inclusive")
    return Measured(
        name=name,
        median=statistics.median(times),
        low=low,
        high=high,
        ratio=statistics.median(ratios),
        calls=(min(asked), max(asked)),
    )
