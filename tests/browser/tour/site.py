"""The demo site in a server process, registered at a simulator of the test's own."""

import contextlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from logto_auth.testing import Application
from tests.edge.served import ROOT, environment, free_port, serve


@dataclass
class Site:
    """A running site, and the application of the simulator that it is."""

    address: str
    application: Application
    database: Path


@contextlib.contextmanager
def serve_site(simulator, directory, *, debug=False, **variables):
    """Run the demo site against the simulator until the end of the block."""
    port = free_port()
    address = f"http://localhost:{port}"
    application = Application(
        app_id=f"tour-{port}",
        redirect_uris=(f"{address}/logto/callback/",),
        post_logout_redirect_uris=(f"{address}/logto/signed-out/",),
    )
    simulator.applications[application.app_id] = application
    database = directory / "db.sqlite3"
    env = environment(
        DJANGO_SETTINGS_MODULE="tests.browser.tour.settings",
        DATABASE_URL=f"sqlite:///{database}",
        DEBUG=debug,
        SECRET_KEY="for-tests-only",
        ALLOWED_HOSTS="localhost",
        LOGTO_ENDPOINT=simulator.endpoint,
        LOGTO_APP_ID=application.app_id,
        LOGTO_APP_SECRET=application.secret,
        LOGTO_BASE_URL=address,
        **variables,
    )
    manage = [sys.executable, "manage.py"]
    migrate = [*manage, "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=env, check=True)
    server = [*manage, "runserver", "--insecure", "--noreload", f"localhost:{port}"]
    with serve(server, cwd=ROOT, env=env) as running:
        running.wait_for(port)
        yield Site(address, application, database)
