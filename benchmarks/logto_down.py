"""A signed-in page while Logto is up, refuses connections, and never answers."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from .measuring import Side
from .site import Site, get

TITLE = "Signed-in page, Logto down against up ({amount} pages)"
DATABASES = ("sqlite",)
AMOUNT, QUICK_AMOUNT = 100, 2


@contextlib.contextmanager
def sides(site: Site, amount: int) -> Iterator[list[Side]]:
    """Yield the same pages with a Logto in each state."""
    client, simulator = site.sign_in(), site.simulator

    def pages() -> None:
        for _ in range(amount):
            get(client, "/protected/")

    with contextlib.ExitStack() as silence:

        def up() -> None:
            silence.close()
            simulator.start()

        def refusing() -> None:
            silence.close()
            simulator.stop()

        def silent() -> None:
            refusing()
            silence.enter_context(_who_never_answers(simulator.port))

        yield [
            Side("up", pages, up),
            Side("refuses connections", pages, refusing),
            Side("never answers", pages, silent),
        ]


@contextlib.contextmanager
def _who_never_answers(port: int) -> Iterator[None]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        yield
