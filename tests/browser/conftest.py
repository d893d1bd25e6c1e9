"""A real browser, and the demo as a person starts it."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.edge.served import ROOT, environment, free_port, serve

SCREENSHOTS = ROOT / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run ``manage.py demo`` on free ports; yield the site's address."""
    site, logto = free_port(), free_port()
    variables = environment(
        SITE_PORT=site,
        LOGTO_PORT=logto,
        DATABASE_URL=f"sqlite:///{tmp_path_factory.mktemp('demo')}/db.sqlite3",
    )
    manage = [sys.executable, "manage.py"]
    subprocess.run(
        [*manage, "migrate", "--verbosity=0"], cwd=ROOT, env=variables, check=True
    )
    with serve([*manage, "demo"], cwd=ROOT, env=variables) as running:
        running.wait_for(site, logto)
        yield f"http://localhost:{site}"
        assert running.end() == 0


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium; with ``CI=true`` its absence is a failure.

    It ends with its module, because its event loop would run on under other tests.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        message = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["light-desktop", "dark-phone"])
def look(request):
    """How the visitor looks at it: colour scheme and width."""
    return request.param


@pytest.fixture
def page(chromium, demo, look):
    """A page of a new visitor; fails the test on any error in the browser's console."""
    context = chromium.new_context(
        base_url=demo,
        color_scheme="dark" if "dark" in look else "light",
        viewport={"width": 390, "height": 844}
        if "phone" in look
        else {"width": 1280, "height": 900},
    )
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type == "error"
            and complaints.append(f"{message.text} {message.location}")
        ),
    )
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def shoot(page, look):
    """Return a function that takes a screenshot under a name."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def take(name):
        path = SCREENSHOTS / f"{name}-{look}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take
