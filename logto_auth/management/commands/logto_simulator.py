"""``manage.py logto_simulator``: a Logto to develop with, on this machine."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.urls import NoReverseMatch, reverse

from ...errors import ConfigurationError

if TYPE_CHECKING:
    from ...testing import Application, Simulator


class Command(BaseCommand):
    help = (
        "Run a Logto server for development until Ctrl-C, with a sign-in page, "
        "ready-made people and one registered application."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="Address to listen on (default: %(default)s).",
        )
        parser.add_argument(
            "--port",
            type=int,
            default=3001,
            help="Port to listen on; 0 takes a free one (default: %(default)s).",
        )
        parser.add_argument(
            "--public-host",
            default="localhost",
            help="Host name in the endpoint (default: %(default)s).",
        )
        parser.add_argument(
            "--site",
            default="http://localhost:8000",
            help="Where your site runs (default: %(default)s).",
        )
        parser.add_argument(
            "--app-id", default="demo-app", help="App ID (default: %(default)s)."
        )
        parser.add_argument(
            "--app-secret",
            default="demo-secret",
            help="App secret (default: %(default)s).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: The port is taken, ``--site`` is no address, or this is not
                a place for it.
        """
        from ...testing import Application, PortInUse, Simulator

        site = options["site"].rstrip("/")
        parts = urlsplit(site)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CommandError(
                "--site must be an address such as http://localhost:8000"
            )
        if not 0 <= options["port"] < 2**16:
            raise CommandError("--port must be between 0 and 65535")
        application = Application(
            app_id=options["app_id"],
            secret=options["app_secret"],
            redirect_uris=(site + _path("callback"),),
            post_logout_redirect_uris=(site + _path("signed_out"), f"{site}/"),
            name=parts.netloc,
        )
        simulator = Simulator(
            host=options["host"],
            port=options["port"],
            public_host=options["public_host"],
            applications=[application],
        )
        try:
            simulator.start()
        except PortInUse as error:
            raise CommandError(
                f"Port {error.port} is taken; choose another one with --port."
            ) from error
        except (ConfigurationError, OSError) as error:
            raise CommandError(str(error)) from error
        stopped = threading.Event()
        if threading.current_thread() is threading.main_thread():
            # A shell starts background jobs with SIGINT ignored.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stopped.set())
        try:
            self.stdout.write(_introduction(simulator, application))
            self.stdout.flush()
            stopped.wait()
            self.stdout.write("")
        finally:
            simulator.stop()


def _path(name: str) -> str:
    try:
        return reverse(f"logto_auth:{name}")
    except NoReverseMatch:
        return f"/logto/{name.replace('_', '-')}/"


def _introduction(simulator: Simulator, application: Application) -> str:
    lines = [
        f"Logto simulator at {simulator.endpoint}, for development only.",
        "",
        "LOGTO = {",
        f'    "ENDPOINT": "{simulator.endpoint}",',
        f'    "APP_ID": "{application.app_id}",',
        f'    "APP_SECRET": "{application.secret}",',
        "}",
        "",
        "Redirect URIs:",
        *(f"    {uri}" for uri in application.redirect_uris),
        "Post sign-out redirect URIs:",
        *(f"    {uri}" for uri in application.post_logout_redirect_uris),
        "People (the password is the username):",
        *(
            f"    {person.username:<8} {person.shows}"
            for person in simulator.people.values()
        ),
        "",
        "Press Ctrl-C to stop.",
    ]
    return "\n".join(lines)
