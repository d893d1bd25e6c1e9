"""Every page is for everybody, and may load no more than it needs."""

import contextlib
import functools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.console import complaints_of
from tests.browser.tour.guide import Guide
from tests.browser.tour.site import serve_site
from tests.browser.tour.stops import EVERY_STOP, PACKAGE, SIMULATOR, SITE

pytestmark = pytest.mark.browser

DESKTOP, PHONE, NARROWEST = (1280, 900), (390, 844), (320, 640)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTROLS = "a[href], button, input:not([type=hidden])"
# Which control has the focus, and whether that can be seen.
FOCUS = f"""() => {{
  const control = document.activeElement, style = getComputedStyle(control);
  const index = [...document.querySelectorAll("{CONTROLS}")].indexOf(control);
  const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  return {{index, isVisible: ring >= 2}};
}}"""
SITE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: data: {logto}; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SCRIPTS = "; script-src 'self'; connect-src 'self'"
# What docs/templates.md says that the package's own pages need.
PACKAGE_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'"
SIMULATOR_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action {targets}; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A form of Logto's ends at an application, which is anywhere.
WITHOUT_FORM = {
    "logto-start",
    "logto-access-denied",
    "logto-session-not-found",
    "logto-signed-out",
}
SITES = {
    "plain": {},
    "debug": {"debug": True},
    "arabic": {"TOUR_LANGUAGE": "ar"},
    "bare": {"TOUR_POLICY": PACKAGE_POLICY},
    "bare_arabic": {"TOUR_POLICY": PACKAGE_POLICY, "TOUR_LANGUAGE": "ar"},
}
ERRORS = [name for name in PACKAGE if name.startswith("error")]


class Visited:
    """A page that has been opened, and what the browser said and got meanwhile."""

    def __init__(self, context, site_name, name):
        self.site_name = site_name
        self.name = name
        self.complaints = complaints_of(context, refusals=False)
        self.policy = ""
        self.page = context.new_page()
        self.page.on("response", self._note)

    def _note(self, response):
        if response.request.is_navigation_request() and response.status != 204:
            self.policy = response.headers.get("content-security-policy", self.policy)

    def look_from(self, size, scheme="light"):
        width, height = size
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": width, "height": height})


@pytest.fixture(scope="module")
def start(shared_simulator, tmp_path_factory):
    """Return a function that starts one of `SITES` once."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def start(name):
            directory = tmp_path_factory.mktemp(name)
            running = serve_site(shared_simulator, directory, **SITES[name])
            return stack.enter_context(running)

        yield start


@pytest.fixture(scope="module")
def visited(request, chromium, start, shared_simulator):
    """A page, by the names of its site and its stop."""
    site_name, name = request.param
    context = chromium.new_context()
    visited = Visited(context, site_name, name)
    EVERY_STOP[name](Guide(visited.page, start(site_name), shared_simulator))
    yield visited
    context.close()


def group_of(name):
    """Return which of a few groups a page is in: they share what has been started."""
    return list(EVERY_STOP).index(name) % 3


def visits(**stops_by_site):
    """Parametrize a test with pages; all tests of one are run in the same process."""
    return pytest.mark.parametrize(
        "visited",
        [
            pytest.param(
                (site, name),
                id=f"{site}-{name}",
                marks=pytest.mark.xdist_group(f"{site} {group_of(name)}"),
            )
            for site, groups in stops_by_site.items()
            for group in groups
            for name in group
        ],
        indirect=True,
    )


every_page = visits(plain=[SITE, PACKAGE, SIMULATOR], debug=[ERRORS], bare=[PACKAGE])
every_translated_page = visits(arabic=[SITE, PACKAGE], bare_arabic=[PACKAGE])


def assert_nothing_sticks_out(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(visited, scheme, size):
    visited.look_from(size, scheme)
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
    found = Axe().run(visited.page, options=options)
    assert found.violations_count == 0, found.generate_report()


@every_page
def test_nothing_is_wider_than_the_narrowest_phone(visited):
    visited.look_from(NARROWEST)
    assert_nothing_sticks_out(visited.page)


@every_page
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(visited):
    visited.look_from(DESKTOP)
    controls = visited.page.locator(CONTROLS)
    wanted = {i for i in range(controls.count()) if controls.nth(i).is_visible()}
    reached = set()
    for _ in range(2 * len(wanted) + 4):
        if reached == wanted:
            break
        visited.page.keyboard.press("Tab")
        focus = visited.page.evaluate(FOCUS)
        if focus["index"] >= 0:
            assert focus["isVisible"], controls.nth(focus["index"]).inner_text()
            reached.add(focus["index"])
    assert reached == wanted


@pytest.mark.catalogue(115)
@every_page
def test_the_policy_allows_what_the_page_needs_and_nothing_else(
    visited, shared_simulator
):
    policy = re.sub(r"'nonce-[\w-]{16,}'", "'nonce'", visited.policy)
    if visited.name.startswith("logto-"):
        targets = "'none'" if visited.name in WITHOUT_FORM else "http: https:"
        wanted = SIMULATOR_POLICY.format(targets=targets)
        if visited.name == "logto-signing-out":
            wanted += "; script-src 'nonce'"
    elif visited.site_name == "bare":
        wanted = PACKAGE_POLICY
    else:
        wanted = SITE_POLICY.format(logto=shared_simulator.endpoint)
        wanted += SCRIPTS if visited.name.startswith("client-side") else ""
    assert policy == wanted
    failed = "the server responded with a status of 5"
    assert [text for text in visited.complaints if failed not in text] == []


@pytest.mark.catalogue(115)
@every_translated_page
@pytest.mark.parametrize("size", [DESKTOP, NARROWEST], ids=["desktop", "narrowest"])
def test_it_can_be_read_from_right_to_left(visited, size):
    visited.look_from(size)
    html = visited.page.locator("html")
    assert (html.get_attribute("dir"), html.get_attribute("lang")) == ("rtl", "ar")
    assert_nothing_sticks_out(visited.page)
