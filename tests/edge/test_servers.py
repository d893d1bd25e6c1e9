"""A sign-in over real servers: gunicorn without an event loop, uvicorn with one."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.served import environment, free_port, new_browser, serve, sign_in

ROOT = Path(__file__).resolve().parents[2]
# Told to stop, it would wait for connections that are kept alive.
GUNICORN = ["gunicorn", "tests.server:wsgi", "--graceful-timeout=2"]
SERVERS = {
    "gunicorn": [*GUNICORN, "--workers=2", "--threads=2"],
    "gunicorn-gevent": [*GUNICORN, "--worker-class=gevent"],
    "uvicorn": ["uvicorn", "tests.server:asgi", "--lifespan=off"],
}


@pytest.fixture(params=SERVERS)
def site(request, simulator, tmp_path):
    """Run the tests' project in a server of its own; yield its address."""
    from logto_auth.testing import Application

    port = free_port()
    address = f"http://localhost:{port}"
    application = Application(
        app_id=f"app-{port}",
        secret="server-secret",
        redirect_uris=(f"{address}/logto/callback/",),
        post_logout_redirect_uris=(f"{address}/logto/signed-out/",),
    )
    simulator.applications[application.app_id] = application
    variables = environment(
        DJANGO_SETTINGS_MODULE="tests.server_settings",
        SERVER_DATABASE=tmp_path / "db.sqlite3",
        SERVER_ENDPOINT=simulator.endpoint,
        SERVER_APP_ID=application.app_id,
    )
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=variables, check=True)
    where = (
        ["--host=127.0.0.1", f"--port={port}"]
        if request.param == "uvicorn"
        else [f"--bind=127.0.0.1:{port}"]
    )
    command = [sys.executable, "-m", *SERVERS[request.param], *where]
    with serve(command, cwd=ROOT, env=variables) as server:
        server.wait_for(port)
        yield address
        server.end(signal.SIGTERM)
        assert "Traceback" not in server.output


def test_a_visitor_signs_in_and_out(site, simulator, request):
    uses_gevent = "gevent" in request.node.callspec.id
    with new_browser(site) as browser:
        assert sign_in(browser, simulator, "/protected/", "alice").json()["user"] == (
            "alice"
        )
        if not uses_gevent:  # which cannot run a site's async views
            assert browser.get("/aprotected/").json()["same"] is True
        assert browser.get("/logto/user/").json()["isAuthenticated"] is True
        page = browser.get("/logto/sign-out/").text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        leave = browser.post("/logto/sign-out/", data={"csrfmiddlewaretoken": token})
        assert leave.status_code == 200
        assert browser.get("/logto/user/").json()["isAuthenticated"] is False
