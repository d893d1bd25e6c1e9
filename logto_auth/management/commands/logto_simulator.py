"""``manage.py logto_simulator``: a Logto to develop with, on this machine."""

from __future__ import annotations

import ipaddress
import json
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
        parser.add_argument(
            "--hook",
            metavar="URL",
            help="Where your site takes webhooks; all events are sent there.",
        )
        parser.add_argument(
            "--hook-signing-key",
            default="demo-signing-key",
            help="What webhooks are signed with (default: %(default)s).",
        )
        parser.add_argument(
            "--back-channel-logout-uri",
            metavar="URL",
            help="Where your site is told that a Logto session has ended.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: The port is taken, an option is not what it should be, or
                this is not a place for it.
        """
        from ...testing import (
            Application,
            Hook,
            PortInUse,
            Simulator,
            machine_application,
        )

        _check(options)
        site = options["site"].rstrip("/")
        application = Application(
            app_id=options["app_id"],
            secret=options["app_secret"],
            redirect_uris=(site + _path("callback"),),
            post_logout_redirect_uris=(site + _path("signed_out"), f"{site}/"),
            name=urlsplit(site).netloc,
            back_channel_logout_uri=options["back_channel_logout_uri"],
            back_channel_logout_session_required=True,
        )
        machine = machine_application()
        simulator = Simulator(
            host=options["host"],
            port=options["port"],
            public_host=options["public_host"],
            applications=[application, machine],
            hooks=(
                [Hook(options["hook"], signing_key=options["hook_signing_key"])]
                if options["hook"]
                else []
            ),
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
            self.stdout.write(_introduction(simulator, application, machine))
            self.stdout.flush()
            if not _is_loopback(options["host"]):
                self.stderr.write(
                    f"Whoever reaches port {simulator.port} of this machine can sign "
                    "in as any of these people."
                )
            stopped.wait()
            self.stdout.write("")
        finally:
            simulator.stop()


def _check(options: dict[str, Any]) -> None:
    for option in ("site", "hook", "back_channel_logout_uri"):
        if options[option] is not None and not _is_address(options[option]):
            raise CommandError(
                f"--{option.replace('_', '-')} must be an address such as "
                "http://localhost:8000"
            )
    if urlsplit(options["site"])[3:] != ("", ""):
        raise CommandError("--site must be without a query, as http://localhost:8000")
    if not 0 <= options["port"] < 2**16:
        raise CommandError("--port must be between 0 and 65535")
    if not _is_host(options["public_host"]) or ":" in options["public_host"]:
        raise CommandError("--public-host must be a host name such as localhost")
    for option in ("app_id", "app_secret", "hook_signing_key"):
        if not options[option]:
            raise CommandError(f"--{option.replace('_', '-')} must not be empty")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and _is_host(parts.netloc)
    except ValueError:
        return False


def _is_host(text: str) -> bool:
    """Whether ``text`` is a host name or address, with a port or without."""
    try:
        parts = urlsplit(f"//{text}")
        _ = parts.port  # raises where it cannot be one
    except ValueError:
        return False
    return bool(parts.hostname) and parts.netloc == text and not set(text) & set(" @")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path(name: str) -> str:
    try:
        return reverse(f"logto_auth:{name}")
    except NoReverseMatch:
        return f"/logto/{name.replace('_', '-')}/"


def _introduction(
    simulator: Simulator, application: Application, machine: Application
) -> str:
    lines = [
        f"Logto simulator at {simulator.endpoint}, for development only.",
        "",
        "LOGTO = {",
        f'    "ENDPOINT": {_quoted(simulator.endpoint)},',
        f'    "APP_ID": {_quoted(application.app_id)},',
        f'    "APP_SECRET": {_quoted(application.secret)},',
        f'    "M2M_APP_ID": {_quoted(machine.app_id)},',
        f'    "M2M_APP_SECRET": {_quoted(machine.secret)},',
        f'    "CONSOLE_URL": {_quoted(simulator.endpoint + "/console")},',
        "}",
        "",
        "Redirect URIs:",
        *(f"    {uri}" for uri in application.redirect_uris),
        "Post sign-out redirect URIs:",
        *(f"    {uri}" for uri in application.post_logout_redirect_uris),
        *(
            line
            for hook in simulator.hooks
            for line in ("Webhooks:", f"    {hook.url} signed with {hook.signing_key}")
        ),
        *(
            ("Back-channel logout:", f"    {application.back_channel_logout_uri}")
            if application.back_channel_logout_uri
            else ()
        ),
        "People, with their passwords:",
        *(f"    {person.introduction}" for person in simulator.people.values()),
        "",
        "Press Ctrl-C to stop.",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return ``text`` as Python writes it between double quotes."""
    return json.dumps(text)
