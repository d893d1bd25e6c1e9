"""Runs every comparison and prints a table of it.

python -m benchmarks [COMPARISON …] [--rounds N] [--databases NAME …] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from .machine import description

ROOT = Path(__file__).resolve().parent.parent
COMPARISONS = ("logto_down", "refreshes")
ROUNDS = 21
METHOD = (
    "method    sides take turns in one process, {rounds} rounds after one to warm up;",
    "          times are medians (quartiles), ratios medians of each round's own",
)


def main() -> int:
    """Run what the arguments say; 1 if something could not be measured."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    lines = [*description(), *METHOD]
    print("\n".join(line.format(rounds=options.rounds) for line in lines))
    has_failed = False
    for name in options.comparisons:
        for database in import_module(f"benchmarks.{name}").DATABASES:
            if database in (options.databases or [database]):
                has_failed |= not _show(name, database, options)
    return int(has_failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("comparisons", nargs="*", default=COMPARISONS, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--databases", nargs="+", metavar="NAME")
    parser.add_argument(
        "--quick", action="store_true", help="less of everything: shows that it runs"
    )
    return parser.parse_args()


def _show(name: str, database: str, options: argparse.Namespace) -> bool:
    # In a process of its own: a database is one of Django's settings.
    environment = {
        **os.environ,
        "TEST_DATABASE": database,
        "TEST_DATABASE_SUFFIX": f"_benchmark_{os.getpid()}",
    }
    extent = "quick" if options.quick else "full"
    command = [sys.executable, "-m", "benchmarks.one", name]
    done = subprocess.run(
        [*command, str(options.rounds), extent],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"\n{name} on {database} FAILED; the lines above say why")
        return False
    found = json.loads(done.stdout)
    if "missing" in found:
        print(f"\n{name}: {database} not found ({found['missing']})")
        return True
    print(f"\n{found['title']}: {database}")
    print("\n".join(_row(side) for side in found["sides"]))
    return True


def _row(side: dict[str, Any]) -> str:
    median, low, high = (1000 * side[key] for key in ("median", "low", "high"))
    least, most = side["calls"]
    calls = str(least) if least == most else f"{least}-{most}"
    return (
        f"  {side['name']:<32} {side['ratio']:6.2f} x"
        f"  {median:8.1f} ms ({low:.1f}-{high:.1f})"
        f"  calls to Logto: {calls}"
    )


if __name__ == "__main__":
    sys.exit(main())
