"""The site's own sign-in page, looked at and used."""

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from logto_auth.web.last_provider import COOKIE_NAME
from tests.browser.console import complaints_of
from tests.browser.steps import choose, expect_logto_asks
from tests.edge.served import UVICORN, serve_tests_site
from tests.edge.sign_in_page import PAGE, connector, offer

pytestmark = pytest.mark.browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOGOS = ".provider-logo picture img"
# Whether each has been loaded, and is seen.
SHOWN = "imgs => imgs.map(img => img.naturalWidth > 0 && img.offsetWidth > 0)"
SOURCES = "imgs => imgs.map(img => img.currentSrc)"
LONG = "An exceedingly long name of a provider that nobody would choose " * 2


def drawn(colour):
    """Return a logo of one colour, as data."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
        f'<rect width="24" height="24" fill="{colour}"/></svg>'
    )
    encoded = base64.b64encode(picture.encode()).decode()
    return f"data:image/svg+xml;base64,{encoded}"


LIGHT, DARK = drawn("black"), drawn("white")


def expect_accessible(page):
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options)
    assert found.violations_count == 0, found.generate_report()


def expect_nothing_sticks_out(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


def open_when_known(page, address):
    """Open the page until Logto's offer is known; the first one may not have it."""
    for _ in range(100):
        page.goto(address)
        if page.locator(".provider").count():
            return
        page.wait_for_timeout(50)
    raise AssertionError("Logto's offer is never known")


def test_a_visitor_chooses_a_provider_and_finds_it_marked_the_next_time(
    page, demo, shoot
):
    page.goto("/")
    page.get_by_role("link", name="Ways to sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.locator(LOGOS).evaluate_all(SHOWN) == [True] * 4
    expect_accessible(page)
    page.get_by_role("link", name="Continue with Naver", exact=True).click()
    page.get_by_role("button", name=re.compile("Continue as Sofia")).click()
    expect(page).to_have_url(f"{demo}/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Ways to sign in").click()
    expect(
        page.get_by_role("link", name="Continue with Naver Last used", exact=True)
    ).to_be_visible()
    expect(page.get_by_text("Last used")).to_have_count(1)
    expect_accessible(page)
    shoot("sign-in-page")


def test_it_leads_back_to_where_the_visitor_wanted_to_go(visit, demo):
    page = visit(demo, java_script_enabled=False)
    page.goto(f"{PAGE}?next=/protected/")
    page.get_by_role("link", name="Continue with Facebook").click()
    page.get_by_role("button", name=re.compile("Continue as Sofia")).click()
    expect(page).to_have_url(f"{demo}/protected/")


@pytest.mark.parametrize(
    ("button", "heading"),
    [("Sign in another way", "Sign in"), ("Create account", "Create an account")],
)
def test_what_is_no_provider_leads_to_logtos_own_page(visit, demo, button, heading):
    page = visit(demo)
    page.goto(PAGE)
    page.get_by_role("link", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.fixture
def strict_page(chromium, asgi_site):
    """A page at a site whose policy allows pictures of its own only."""
    context = chromium.new_context(base_url=asgi_site)
    context.complaints = complaints_of(context, refusals=False)
    yield context.new_page()
    context.close()


def test_a_site_that_forbids_logos_shows_its_own_icons_and_initials(strict_page):
    open_when_known(strict_page, PAGE)
    assert strict_page.locator(LOGOS).evaluate_all(SHOWN) == [False] * 4
    assert all("img-src 'self'" in text for text in strict_page.context.complaints)
    icons = strict_page.locator(".provider-icon").evaluate_all(SHOWN)
    assert icons == [True] * 3
    # Nothing lies above them: no frame, no picture that is broken.
    for under in strict_page.locator(".provider-icon, .monogram").all():
        assert under.evaluate(
            """under => {
              const {x, y, width, height} = under.getBoundingClientRect();
              const above = document.elementFromPoint(x + width / 2, y + height / 2);
              return above === under || above.matches("picture");
            }"""
        )
    strict_page.get_by_role("link", name="Continue with Naver").click()
    expect(strict_page.get_by_role("heading", level=1)).to_contain_text("Naver")


def test_whoever_is_at_the_provider_may_turn_back_and_is_asked_by_logto(
    visit, asgi_site
):
    page = visit(asgi_site)
    page.goto("/logto/sign-in/?next=/members/one/&direct_sign_in=social:naver")
    page.get_by_role("button", name="Cancel").click()
    expect_logto_asks(page)
    choose(page, "Alice")
    expect(page).to_have_url(f"{asgi_site}/members/one/")
    kept = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert COOKIE_NAME not in kept


@pytest.fixture(scope="module")
def generous_site(shared_simulator, tmp_path_factory):
    """The address of a site whose Logto offers much, under long and strange names."""
    offer(
        shared_simulator,
        connector("long", LONG, logo=LIGHT),
        connector("unbroken", "x" * 90, logo=LIGHT, logoDark=DARK),
        connector("hebrew", "ספק זהויות (ישראל)", logo=LIGHT),
        connector("google", logo=LIGHT, logoDark=DARK),
    )
    directory = tmp_path_factory.mktemp("generous")
    served = serve_tests_site(
        shared_simulator, directory, UVICORN, settings="tests.browser.site.settings"
    )
    with served as address:
        yield address
    shared_simulator.faults.clear()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_names_and_names_from_right_to_left_fit(
    chromium, generous_site, width, scheme
):
    context = chromium.new_context(
        base_url=generous_site,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        bypass_csp=True,  # for its logos
    )
    last = {"name": COOKIE_NAME, "value": "social:unbroken", "url": generous_site}
    context.add_cookies([last])
    page = context.new_page()
    open_when_known(page, PAGE)
    expect(page.get_by_text("Last used")).to_be_visible()
    expect_nothing_sticks_out(page)
    for part in page.locator(".provider-name, .badge").all():
        inside, outside = part.bounding_box(), part.locator("..").bounding_box()
        assert inside["x"] >= outside["x"]
        assert inside["x"] + inside["width"] <= outside["x"] + outside["width"]
    expect_accessible(page)
    sources = page.locator(LOGOS).evaluate_all(SOURCES)
    adapted = DARK if scheme == "dark" else LIGHT
    assert sources == [LIGHT, adapted, LIGHT, adapted]
    context.close()
