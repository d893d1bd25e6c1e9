"""One comparison on one database, in this process; its result is JSON on the output.

    python -m benchmarks.one COMPARISON ROUNDS full|quick

`__main__` starts it with what Django has to know in the environment.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module


def main(name: str, rounds: str, extent: str) -> None:
    """Measure and print. Without the database, print why it cannot be used."""
    import django

    django.setup()
    if refusal := _refusal():
        print(json.dumps({"missing": refusal}))
        return

    from .measuring import measure
    from .site import running_site

    comparison = import_module(f"benchmarks.{name}")
    amount = comparison.QUICK_AMOUNT if extent == "quick" else comparison.AMOUNT
    with running_site() as site, comparison.sides(site, amount) as sides:
        measured = measure(sides, int(rounds), calls=lambda: len(site.simulator.calls))
    found = {
        "title": comparison.TITLE.format(amount=amount),
        "sides": [side.as_document() for side in measured],
    }
    print(json.dumps(found))


def _refusal() -> str:
    """Return what the server says instead of letting anybody in."""
    from django.db import DatabaseError, connection

    if connection.vendor == "sqlite":  # has no server
        return ""
    try:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return str(error).strip().splitlines()[-1]
    return ""


if __name__ == "__main__":
    main(*sys.argv[1:])
