"""The site that is measured: the tests' project with a database and a Logto."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import setup_test_environment

from logto_auth.testing import Simulator, Visitor
from logto_auth.testing.wiring import connect


@dataclass(frozen=True)
class Site:
    """A running site, met by Django's test client: no server is part of any time."""

    simulator: Simulator

    def sign_in(self, username: str = "alice") -> Client:
        """Return a browser in which somebody has signed in."""
        client = Client()
        to_logto = client.get("/logto/sign-in/")["Location"]
        callback = urlsplit(Visitor(self.simulator).sign_in(to_logto, username))
        client.get(f"{callback.path}?{callback.query}")
        get(client, "/protected/")
        return client


@contextlib.contextmanager
def running_site() -> Iterator[Site]:
    """Make the database and start Logto, until the end of the block."""
    setup_test_environment()  # or no simulator would start where DEBUG is off
    kept_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with Simulator() as simulator:
            logto = connect(simulator, ["http://testserver"])
            with override_settings(LOGTO=logto):
                yield Site(simulator)
    finally:
        connection.creation.destroy_test_db(kept_name, verbosity=0)


def get(client: Client, path: str) -> None:
    """Get a page.

    Raises:
        RuntimeError: It is not the page: there is nothing to be measured.
    """
    status = client.get(path).status_code
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
