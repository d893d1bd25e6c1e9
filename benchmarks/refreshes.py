"""Many requests of one session at the same time, whose access token has ended."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.test import Client

from logto_auth.testing import Fault

from .measuring import Side
from .site import Site, get

TITLE = "{amount} requests at once that need a new access token, against one"
DATABASES = ("sqlite", "postgresql", "mariadb")
AMOUNT, QUICK_AMOUNT = 50, 5
#: What Logto takes to answer: a real one, in another place, is not as fast as here.
LOGTO_SECONDS = 0.1


@contextlib.contextmanager
def sides(site: Site, amount: int) -> Iterator[list[Side]]:
    """Yield one request, many, and as many that find a token that is still good."""
    first = site.sign_in()
    site.simulator.faults.put("/oidc/token", Fault(delay=LOGTO_SECONDS))
    together = threading.Barrier(amount)
    browsers = [Client() for _ in range(amount)]
    for browser in browsers:
        browser.cookies = first.cookies

    def ask(browser: Client) -> None:
        together.wait()
        get(browser, "/token/")

    def close(_: Client) -> None:
        together.wait()
        connections.close_all()

    # Its threads, and with them their connections to the database, are there all along.
    with ThreadPoolExecutor(amount) as pool:

        def one() -> None:
            pool.submit(get, first, "/token/").result()

        def many() -> None:
            list(pool.map(ask, browsers))

        def expire() -> None:
            get(first, "/clear-tokens/")

        yield [
            Side("one", one, expire),
            Side(f"{amount} at once", many, expire),
            Side(f"{amount} at once, token still good", many),
        ]
        list(pool.map(close, browsers))
