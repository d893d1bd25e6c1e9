"""Runs the site, and the Logto simulator unless a real Logto is configured."""

from __future__ import annotations

import errno
import io
import signal
import socket
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.urls import reverse

from logto_auth.shortcuts import warm_up
from logto_auth.testing import Application, Hook, Simulator, machine_application

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Command(BaseCommand):
    """``manage.py demo``: until Ctrl-C, with both ports free again afterwards."""

    help = "Runs the site and a Logto simulator until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both, say where they are, and wait."""
        # A shell starts background programs with SIGINT ignored; the demo wants it.
        for number in STOP_SIGNALS:
            signal.signal(number, _interrupt)
        self.site = f"http://localhost:{settings.SITE_PORT}"
        simulator = self._simulator() if settings.USES_SIMULATOR else None
        try:
            check_port("SITE_PORT", settings.SITE_PORT)
            if simulator is not None:
                check_port("LOGTO_PORT", settings.LOGTO_PORT)
                simulator.start()
            call_command("migrate", verbosity=0)
            self._introduce(simulator)
            warm_up()  # so that the first page shows the logos of its buttons
            self._serve()
        except KeyboardInterrupt:
            pass
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            if simulator is not None:
                simulator.stop()
        self.stdout.write("\nStopped.")

    def _simulator(self) -> Simulator:
        if settings.SITE_PORT == settings.LOGTO_PORT:
            raise CommandError("SITE_PORT and LOGTO_PORT have to be different ports.")
        application = Application(
            app_id=settings.LOGTO["APP_ID"],
            secret=settings.LOGTO["APP_SECRET"],
            redirect_uris=(self.site + reverse("logto_auth:callback"),),
            post_logout_redirect_uris=(self.site + reverse("logto_auth:signed_out"),),
            back_channel_logout_uri=self.site
            + reverse("logto_auth:backchannel_logout"),
            back_channel_logout_session_required=True,
        )
        (signing_key,) = settings.LOGTO["WEBHOOK_SIGNING_KEYS"]
        hook = Hook(self.site + reverse("logto_auth:webhook"), signing_key=signing_key)
        simulator = Simulator(
            port=settings.LOGTO_PORT,
            applications=[application, machine_application()],
            hooks=[hook],
        )
        # People may link accounts to theirs.
        simulator.account_center.settings |= {
            "enabled": True,
            "fields": {"social": "Edit", "profile": "Edit"},
        }
        return simulator

    def _introduce(self, simulator: Simulator | None) -> None:
        kind = "simulator" if simulator is not None else "a real one"
        self.stdout.write(
            f"\n  Site   {self.site}\n"
            f"  Logto  {settings.LOGTO['ENDPOINT']} ({kind})\n\n"
            + (
                "Registered at the simulator:\n\n"
                if simulator is not None
                else "Register these at Logto, on the application "
                f"{settings.LOGTO['APP_ID']}:\n\n"
            )
            + "  Redirect URI                "
            f"{self.site}{reverse('logto_auth:callback')}\n"
            "  Post sign-out redirect URI  "
            f"{self.site}{reverse('logto_auth:signed_out')}\n"
        )
        if simulator is not None:
            self.stdout.write("\nPeople, with their passwords:\n")
            for person in simulator.people.values():
                self.stdout.write(f"  {person.introduction}")
            self.stdout.write(
                "\nWho has the role “admin” administers the site:\n"
                f"  {self.site}{reverse('admin:index')}\n"
            )
        self.stdout.write("Ctrl-C stops it.\n")
        self.stdout.flush()

    def _serve(self) -> None:
        try:
            call_command(
                "runserver",
                f"localhost:{settings.SITE_PORT}",
                use_reloader=False,
                stdout=io.StringIO(),  # its banner says what has been said already
            )
        except SystemExit as ended:  # how runserver takes Ctrl-C
            if ended.code:
                raise


def check_port(variable: str, port: int) -> None:
    """Make sure that nothing answers on this port of localhost.

    Browsers try ``::1`` first, so that another program there would be in the way too.

    Raises:
        CommandError: The port cannot be used; the message names the variable.
    """
    if not 0 < port < 2**16:
        raise CommandError(f"{variable} has to be between 1 and 65535, not {port}.")
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(_in_use(variable, port)) from None
            if error.errno == errno.EACCES:
                raise CommandError(
                    f"Port {port} is not yours to open. Choose one above 1023 with "
                    f"{variable}."
                ) from None


def _in_use(variable: str, port: int) -> str:
    message = (
        f"Port {port} is in use. Stop the program that has it, or choose another port "
        f"with {variable}, such as\n\n    {variable}={port + 100} make demo\n"
    )
    if variable == "LOGTO_PORT":
        message += (
            "\n3001 is also the port of a real Logto. To use that one, set "
            "LOGTO_ENDPOINT, LOGTO_APP_ID and LOGTO_APP_SECRET; see .env.example."
        )
    return message


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt
