"""A sign-in over real servers: gunicorn without an event loop, uvicorn with one."""

import os
import socket
import subprocess
import sys
import time

import httpx2
import pytest

from tests.journey import query_of

SERVERS = {
    "gunicorn": ["-m", "gunicorn", "tests.server:wsgi", "--workers=2", "--threads=2"],
    "gunicorn-gevent": [
        *("-m", "gunicorn", "tests.server:wsgi"),
        *("--worker-class=gevent", "--workers=1"),
    ],
    "uvicorn": ["-m", "uvicorn", "tests.server:asgi", "--lifespan=off"],
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
    bind = (
        [f"--bind=127.0.0.1:{port}"]
        if request.param.startswith("gunicorn")
        else ["--host=127.0.0.1", f"--port={port}"]
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.server_settings",
        "SERVER_DATABASE": str(tmp_path / "db.sqlite3"),
        "SERVER_ENDPOINT": simulator.endpoint,
        "SERVER_APP_ID": application.app_id,
    }
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
        env=environment,
        check=True,
    )
    process = subprocess.Popen(
        [sys.executable, *SERVERS[request.param], *bind],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(port)
        yield address
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)
        assert b"Traceback" not in output, output.decode()


def wait_for(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not start")


def test_a_visitor_signs_in_and_out(site, simulator, request):
    from logto_auth.testing import Visitor

    uses_gevent = "gevent" in request.node.callspec.id

    visitor = Visitor(simulator)
    with httpx2.Client(base_url=site) as browser:
        start = browser.get("/protected/")
        start = browser.get(start.headers["Location"])
        callback = visitor.sign_in(start.headers["Location"], "alice")
        assert (
            query_of(callback)["state"] == query_of(start.headers["Location"])["state"]
        )
        landing = browser.get(callback)
        assert landing.headers["Location"] == "/protected/"
        assert browser.get("/protected/").json()["user"] == "alice"
        if not uses_gevent:  # which cannot run a site's async views
            assert browser.get("/aprotected/").json()["same"] is True
        assert browser.get("/logto/user/").json()["isAuthenticated"] is True
        page = browser.get("/logto/sign-out/").text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        leave = browser.post("/logto/sign-out/", data={"csrfmiddlewaretoken": token})
        assert leave.status_code == 200
        assert browser.get("/logto/user/").json()["isAuthenticated"] is False
