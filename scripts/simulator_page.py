"""docs/simulator.md: its endpoints, and the recordings that they are held against."""

from __future__ import annotations

import re
from collections.abc import Iterable
from inspect import getdoc
from pathlib import Path
from urllib.parse import urlsplit

from tables import filled, table

ROOT = Path(__file__).resolve().parent.parent
_ELSEWHERE = "any other address"
_WEBHOOKS = "to a site"


def simulator_page() -> str:
    """Return docs/simulator.md with its tables filled in; the rest stays as it is."""
    from tests.contract.recordings import index, replayed

    every, compared = len(index()), len(replayed())
    tables = {
        "numbers": f"{compared} of {every} recorded exchanges are replayed.",
        "endpoints": table(_endpoints()),
        "not replayed": f"The other {every - compared}:\n\n{table(_reasons())}",
        "variables": table(_variables()),
    }
    return filled((ROOT / "docs/simulator.md").read_text(), tables)


def _endpoints() -> list[list[str]]:
    from logto_auth.testing.simulator.server import routes
    from tests.contract.recordings import index, replayed

    held: dict[str, list[str]] = {}
    paths = {
        f"{route.method} {route.path}": (getdoc(route.handler) or "").splitlines()[0]
        for route in routes()
    }
    for name in index():
        if name in replayed():
            for line in _requests(name):
                held.setdefault(_endpoint(line, paths), []).append(name)
    paths[_ELSEWHERE] = "Say that there is nothing, or nothing that is done so."
    paths[_WEBHOOKS] = "Tell a site what has happened (webhooks)."
    return [
        ["endpoint", "what it does", "held against"],
        *(
            [f"`{path}`" if "/" in path else path, what, _numbers(held.get(path, ()))]
            for path, what in paths.items()
        ),
    ]


def _requests(name: str) -> list[str]:
    """Return what was asked of Logto: once, or on a browser's way through it."""
    from tests.contract.recorded_tenant import ENDPOINT
    from tests.contract.recordings import index, load

    run = load(name)
    if "documents" not in run:
        return [index()[name]]
    addresses = dict.fromkeys((*run["documents"], run["final_url"]))
    return [
        f"GET {urlsplit(address).path} 200"
        for address in addresses
        if address.startswith(ENDPOINT)
    ]


def _variables() -> list[list[str]]:
    from tests.contract.recorded_tenant import variables

    shown = {
        name: "…" if name.endswith(("SECRET", "PASSWORD")) else f"`{value}`"
        for name, value in variables("http://localhost:3001").items()
    }
    return [["variable", "value"], *([f"`{n}`", text] for n, text in shown.items())]


def _endpoint(line: str, paths: Iterable[str]) -> str:
    """Return the endpoint that a recorded request is for."""
    if line.endswith("webhook receiver"):
        return _WEBHOOKS
    asked = line.rpartition(" ")[0]
    for path in paths:
        if re.fullmatch(re.sub(r"\{\w+(:[^}]*)?\}", "[^/]+", path), asked):
            return path
    return _ELSEWHERE


def _reasons() -> list[list[str]]:
    from tests.contract.recordings import REASONS, index, reason_of, replayed

    by_reason: dict[str, list[str]] = {reason.text: [] for reason in REASONS}
    for name in index():
        reason = reason_of(name)
        if name not in replayed() and reason is not None:
            by_reason[reason.text].append(name)
    return [
        ["recordings", "exchanges", "why not"],
        *([_numbers(names), str(len(names)), why] for why, names in by_reason.items()),
    ]


def _numbers(names: Iterable[str]) -> str:
    """Return what the names begin with, three and more in a row as from–to."""
    found = list(dict.fromkeys(_number(name) for name in names))
    runs: list[list[str]] = []
    for number in found:
        if runs and _follows(runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1].rpartition('-')[2]}" if len(run) > 2 else ", ".join(run)
        for run in runs
    )


def _number(name: str) -> str:
    return re.match(r"((upstream|webhook)-)?[^-]+", name)[0]  # type: ignore[index]


def _follows(before: str, number: str) -> bool:
    kinds = [text.rpartition("-") for text in (before, number)]
    (_, _, first), (_, _, second) = kinds
    if kinds[0][0] != kinds[1][0] or not (first.isdigit() and second.isdigit()):
        return False
    return int(second) == int(first) + 1
