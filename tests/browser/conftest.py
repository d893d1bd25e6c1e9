"""A real browser, and what it visits: the demo as a person starts it, and sites.

Browser and sites live as long as the tests of this folder, not longer: Playwright's
event loop would run on under other tests.
"""

import contextlib
import functools
import os
import subprocess
import sys

import pytest

from tests.browser.console import complaints_of
from tests.edge.served import (
    GUNICORN,
    ROOT,
    UVICORN,
    environment,
    free_port,
    serve,
    serve_tests_site,
)

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
# How the site of `tests.browser.site` can be served.
SITES = {
    "wsgi": ([*GUNICORN, "--threads=32"], {}),
    "asgi": (UVICORN, {}),
    "forgetful": (UVICORN, {"SERVER_COOKIE_DOMAIN": "example.com"}),
    # Browsers take ``localhost`` on two ports for one site, so this is another one.
    "strict": (UVICORN, {"host": "127.0.0.1", "SERVER_SAMESITE": "Strict"}),
}
# A machine that runs other things as well may need it.
PATIENCE_MILLISECONDS = 20_000


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
def chromium():
    """A headless Chromium; with ``CI=true`` its absence is a failure."""
    from playwright.sync_api import expect, sync_playwright

    find = ["bash", str(ROOT / "scripts" / "chromium.sh"), "--find"]
    program = subprocess.run(find, capture_output=True, text=True).stdout.strip()
    if not program:
        message = "Chromium is not installed: scripts/chromium.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
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
    complaints = complaints_of(context)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def shared_simulator():
    """The Logto of every site here; what a test changes, it puts back."""
    from logto_auth.testing import Simulator

    with Simulator(applications=[]) as simulator:
        yield simulator


@pytest.fixture(scope="package")
def start_site(shared_simulator, tmp_path_factory):
    """Return a function that starts one of `SITES` once and returns its address."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def start(name):
            server, variables = SITES[name]
            running = serve_tests_site(
                shared_simulator,
                tmp_path_factory.mktemp(name),
                server,
                settings="tests.browser.site.settings",
                **variables,
            )
            return stack.enter_context(running)

        yield start


@pytest.fixture(params=["wsgi", "asgi"])
def site(request, start_site):
    """The address of a site, once without and once with an event loop."""
    return start_site(request.param)


@pytest.fixture
def asgi_site(start_site):
    """The address of a site, where it makes no difference what serves it."""
    return start_site("asgi")


@pytest.fixture
def strict_site(start_site):
    """The address of a site on another host than Logto, with a Strict session."""
    return start_site("strict")


@pytest.fixture
def visit(chromium):
    """Return a function that gives a new visitor's page at an address.

    The test fails on any error in the console but the status of a page or a request.
    """
    with contextlib.ExitStack() as stack:
        complaints = []

        def begin(address, **options):
            context = chromium.new_context(base_url=address, **options)
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MILLISECONDS)
            complaints.append(complaints_of(context, refusals=False))
            return context.new_page()

        yield begin
    assert [text for found in complaints for text in found] == []


@pytest.fixture
def shoot(page, look):
    """Return a function that takes a screenshot under a name."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def take(name):
        path = SCREENSHOTS / f"{name}-{look}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take
