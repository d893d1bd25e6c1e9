"""``SESSION_COOKIE_SAMESITE = "Strict"`` with Logto on another site, in a real browser.

Browsers take ``localhost`` on two ports for one site, so this site is at 127.0.0.1.
"""

import re
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT
from tests.edge.served import environment, free_port, serve

pytestmark = pytest.mark.browser


@pytest.fixture
def strict_site(simulator, tmp_path):
    from logto_auth.testing import Application

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    application = Application(
        app_id="strict-app",
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
        SERVER_SAMESITE="Strict",
    )
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=variables, check=True)
    where = ["--host=127.0.0.1", f"--port={port}", "--lifespan=off"]
    command = [sys.executable, "-m", "uvicorn", "tests.server:asgi", *where]
    with serve(command, cwd=ROOT, env=variables) as server:
        server.wait_for(port)
        yield address
        server.end(signal.SIGTERM)


def test_the_visitor_is_signed_in_on_the_page_they_asked_for(chromium, strict_site):
    context = chromium.new_context(base_url=strict_site)
    page = context.new_page()
    page.goto("/protected/")
    page.get_by_role("button", name=re.compile("Alice")).first.click()
    expect(page).to_have_url(f"{strict_site}/protected/")
    expect(page.get_by_text('"user": "alice"')).to_be_visible()
    (cookie,) = [item for item in context.cookies() if item["name"] == "sessionid"]
    assert cookie["sameSite"] == "Strict"
    context.close()
