"""A real browser, and the demo as a person starts it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
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


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Run ``manage.py demo`` on free ports; yield the site's address."""
    site, logto = free_port(), free_port()
    environment = {
        name: value for name, value in os.environ.items() if "LOGTO_" not in name
    }
    environment |= {
        "SITE_PORT": str(site),
        "LOGTO_PORT": str(logto),
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('demo')}/db.sqlite3",
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run(
        [*manage, "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True
    )
    process = subprocess.Popen([*manage, "demo"], cwd=ROOT, env=environment)
    try:
        for port in (site, logto):
            wait_for(port)
        yield f"http://localhost:{site}"
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def wait_for(port):
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on {port}")


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium; with ``CI=true`` its absence is a failure."""
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
