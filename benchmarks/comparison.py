"""Two or more ways, tried in turn in one run, and what each took."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measured:
    """What one way took, in seconds for each of its runs, and what else was counted."""

    name: str
    seconds: list[float]
    counted: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half of what lies between the quartiles, as a part of the median."""
        if len(self.seconds) < 2:
            return 0
        first, _, third = statistics.quantiles(self.seconds, n=4)
        return (third - first) / 2 / self.median


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ways that were compared; the first is what the others are set against."""

    title: str
    method: str
    ways: list[Measured]
    where: str = ""

    def lines(self) -> list[str]:
        """Return the comparison as lines of a table."""
        first = self.ways[0].median
        title = f"{self.title} ({self.where})" if self.where else self.title
        lines = [title, f"  {self.method}", ""]
        lines += [
            f"  {way.name:<34} {way.median * 1000:9.2f} ms  ± {way.spread:4.0%}"
            f"  × {way.median / first:5.2f}  {way.counted}".rstrip()
            for way in self.ways
        ]
        return [*lines, ""]


@dataclass(slots=True)
class InTurn:
    """Runs several ways one after the other, round by round.

    Whatever else the machine does then happens to all of them.
    """

    ways: Mapping[str, Callable[[], object]]
    before: Callable[[str], object] = lambda name: None
    taken: dict[str, list[float]] = field(default_factory=dict)

    def run(self, rounds: int) -> list[Measured]:
        """Return what each took; ``before`` is not counted.

        Args:
            rounds: How often each is run; once more before, which is not counted.
        """
        self.taken = {name: [] for name in self.ways}
        for number in range(rounds + 1):
            for name, way in self.ways.items():
                self.before(name)
                began = time.perf_counter()
                way()
                if number:
                    self.taken[name].append(time.perf_counter() - began)
        return [Measured(name, seconds) for name, seconds in self.taken.items()]
