"""A site in a process of its own, as a person starts it, and a browser for it."""

import contextlib
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from tests.guard import SIGNED_TOKEN

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 60
UVICORN = ["uvicorn", "tests.server:asgi", "--lifespan=off"]
# What is secret in an address or a form, and whatever looks like a signed token.
SECRET = re.compile(
    r"[?&](code|state|nonce|code_verifier|client_secret|\w+_token)=[\w-]{8,}"
    rf"|{SIGNED_TOKEN.pattern}"
)
# Told to stop, it would wait for connections that are kept alive.
GUNICORN = ["gunicorn", "tests.server:wsgi", "--graceful-timeout=2"]
# What it answers is said, as uvicorn does by itself.
GUNICORN += ["--access-logfile=-"]


def free_port():
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environment(**changes):
    """Return this process's environment without what says where Logto is."""
    ours = ("LOGTO_", "SITE_", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "DEBUG")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return {**kept, **{name: str(value) for name, value in changes.items()}}


def restore_interrupt():
    """Let SIGINT end the program that this process is about to become."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Served:
    """A running program; ``output`` is what it has said when it has ended."""

    def __init__(self, process, said):
        self.process = process
        self.output = ""
        self._said = said

    def wait_for(self, *ports):
        """Wait until it listens on all of these ports."""
        deadline = time.monotonic() + STARTING_SECONDS
        while not all(answers(port) for port in ports):
            assert self.process.poll() is None, self.end()
            assert time.monotonic() < deadline, "it does not start"
            time.sleep(0.05)

    def end(self, number=signal.SIGINT):
        """Send a signal; return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=30)
        self._said.seek(0)
        self.output = self._said.read()
        return self.process.returncode


@contextlib.contextmanager
def serve(command, *, cwd, env):
    """Run a program until the end of the block."""
    # A pipe that nobody reads would make who has much to say wait for ever.
    with tempfile.TemporaryFile("a+") as said:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdout=said,
            stderr=subprocess.STDOUT,
            # A shell starts background programs, tests too, with SIGINT ignored.
            preexec_fn=restore_interrupt,
        )
        served = Served(process, said)
        try:
            yield served
        finally:
            served.end(signal.SIGKILL)
    # Its log is of another process, where the guard of the tests does not see.
    assert not SECRET.search(served.output), served.output


@contextlib.contextmanager
def serve_tests_site(
    simulator,
    directory,
    server,
    *,
    host="localhost",
    settings="tests.server_settings",
    database=None,
    app_id=None,
    **variables,
):
    """Run the tests' project in a server, known to the simulator; yield its address.

    ``server`` is a command for ``python -m`` that takes where to listen in the end.
    With ``database``, a name, it works on that of the test itself, else on one of its
    own; with ``app_id`` on the sessions of a site before it, where nobody signs in.
    """
    from logto_auth.testing import Application

    port = free_port()
    address = f"http://{host}:{port}"
    application = Application(
        app_id=app_id or f"app-{port}",
        secret="server-secret",
        redirect_uris=(f"{address}/logto/callback/",),
        post_logout_redirect_uris=(f"{address}/logto/signed-out/",),
    )
    simulator.applications[application.app_id] = application
    env = environment(
        DJANGO_SETTINGS_MODULE=settings,
        **(
            {"SERVER_TEST_DATABASE": database}
            if database
            else {"SERVER_DATABASE": directory / "db.sqlite3"}
        ),
        SERVER_ENDPOINT=simulator.endpoint,
        SERVER_APP_ID=application.app_id,
        **variables,
    )
    python = [sys.executable, "-m"]
    if not database:
        migrate = [*python, "django", "migrate", "--verbosity=0"]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True)
    where = (
        ["--host=127.0.0.1", f"--port={port}"]
        if server[0] == "uvicorn"
        else [f"--bind=127.0.0.1:{port}"]
    )
    with serve([*python, *server, *where], cwd=ROOT, env=env) as running:
        running.wait_for(port)
        yield address
        running.end(signal.SIGTERM)
        assert "Traceback" not in running.output
        said = [
            name
            for secret, name in simulator.secrets.items()
            if secret in running.output
        ]
        assert not said


def sign_in(browser, logto, page, username):
    """Go to a page that needs a sign-in; return it as the user then sees it."""
    from logto_auth.testing import Visitor

    to_logto = browser.get(page)
    while to_logto.is_redirect and not to_logto.headers["Location"].startswith(
        logto.endpoint
    ):
        to_logto = browser.get(to_logto.headers["Location"])
    assert to_logto.is_redirect, to_logto.text
    callback = Visitor(logto).sign_in(to_logto.headers["Location"], username)
    return browser.get(callback, follow_redirects=True)


def new_browser(address):
    """Return an HTTP client with cookies that leaves redirects to the test."""
    return httpx2.Client(
        base_url=address,
        follow_redirects=False,
        timeout=30,
        headers={"Accept": "text/html"},
        # Sites are http: to load certificates would take longer than a page.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
