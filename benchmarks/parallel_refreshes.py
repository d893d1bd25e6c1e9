"""Many requests of one session that need a new access token, against one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.db import connections
from django.test import Client

from .comparison import Comparison, InTurn
from .machine import database
from .site import beside, page, signed_in, site

TOKEN = "/oidc/token"  # noqa: S105 - an address


def compare(rounds: int, requests: int) -> Comparison:
    """Let as many ask at once as one alone, in turn; count the calls of Logto."""
    one, many = "1 request", f"{requests} requests at once"
    with site() as simulator, ThreadPoolExecutor(requests) as threads:
        visitor, where = signed_in(simulator), database()
        tabs = [beside(visitor) for _ in range(requests)]
        calls = {one: 0, many: 0}
        asked_by = [one]

        def arrange(name: str) -> None:
            calls[asked_by[0]] += simulator.count(TOKEN)
            page(visitor, "/clear-tokens/")
            simulator.forget_calls()
            asked_by[0] = name

        def ask(tab: Client) -> None:
            try:
                page(tab, "/token/")
            finally:
                connections.close_all()

        in_turn = InTurn(
            {
                one: lambda: list(threads.map(ask, tabs[:1])),
                many: lambda: list(threads.map(ask, tabs)),
            },
            before=arrange,
        )
        simulator.forget_calls()
        ways = in_turn.run(rounds)
        calls[asked_by[0]] += simulator.count(TOKEN)
    return Comparison(
        "Requests that need a new access token, many against one",
        f"{rounds} rounds in turn, threads of one process, each with a connection",
        [
            replace(way, counted=f"{calls[way.name] / (rounds + 1):.2f} calls of Logto")
            for way in ways
        ],
        where,
    )
