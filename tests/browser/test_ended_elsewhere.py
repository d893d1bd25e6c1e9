"""Sessions that end elsewhere: in another browser, at Logto, by an administrator."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose

pytestmark = pytest.mark.browser
SUSPENDED = "jiwoo"


@pytest.fixture
def browsers(chromium, demo):
    """Two browsers of one person, a laptop and a phone."""
    sizes = ((1280, 900), (390, 844))
    contexts = [
        chromium.new_context(base_url=demo, viewport={"width": w, "height": h})
        for w, h in sizes
    ]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def sign_in(page, demo, name):
    page.goto("/logto/sign-in/?next=/")
    choose(page, name)
    expect(page).to_have_url(f"{demo}/")
    expect_signed_in(page)


def expect_signed_in(page):
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()


def expect_signed_out(page):
    page.goto("/")
    expect(page.get_by_role("link", name="Sign in", exact=True).first).to_be_visible()


def test_signed_out_on_one_device_the_other_is_too_if_that_is_wanted(browsers, demo):
    laptop, phone = browsers
    for page in browsers:
        sign_in(page, demo, "Alice")
    laptop.goto("/logto/sign-out/")
    laptop.get_by_role("button", name="Sign out on all your devices").click()
    expect(laptop).to_have_url(f"{demo}/")
    expect_signed_out(laptop)
    expect_signed_out(phone)


def test_signed_out_on_one_device_the_other_stays_signed_in_else(browsers, demo):
    laptop, phone = browsers
    for page in browsers:
        sign_in(page, demo, "Alice")
    laptop.goto("/logto/sign-out/")
    laptop.get_by_role("button", name="Sign out", exact=True).click()
    expect(laptop).to_have_url(f"{demo}/")
    expect_signed_out(laptop)
    phone.reload()
    expect_signed_in(phone)


def test_who_is_suspended_at_logto_is_out_at_the_next_click(page, browsers, demo):
    administrator = browsers[0]
    page.goto("/")
    sign_in(page, demo, "Emmy")
    claims = page.context.request.get("/logto/user/").json()["claims"]
    endpoint = claims["iss"].removesuffix("/oidc")
    administrator.goto(f"{endpoint}/console/users/{claims['sub']}")
    administrator.get_by_role("button", name="Suspend").click()
    expect(administrator.get_by_text("Suspended", exact=True)).to_be_visible()
    try:
        expect(page.get_by_role("button", name="Sign out").first).to_be_visible()
        _until_signed_out(page)
    finally:
        administrator.get_by_role("button", name="Reactivate").click()
        expect(administrator.get_by_text("Active", exact=True)).to_be_visible()
    sign_in(page, demo, "Emmy")


def _until_signed_out(page):
    """Click until the webhook has arrived, which the click does not wait for."""
    link = page.get_by_role("link", name="Sign in", exact=True).first
    for _ in range(20):
        page.goto("/")
        if link.is_visible():
            return
        page.wait_for_timeout(100)
    expect(link).to_be_visible()


def test_who_leaves_logtos_page_is_told_that_it_was_not_done(page, demo, shoot):
    page.goto("/")
    sign_in(page, demo, "Alice")
    # The page of Logto's that posts itself is stopped, as by a press of Escape.
    stopped = re.compile("/oidc/session/end")
    page.route(stopped, lambda route: route.abort("aborted"))
    page.goto("/logto/sign-out/")
    shoot("sign-out-signed-in")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    page.unroute(stopped)
    page.goto("/logto/signed-out/")
    expect(page.get_by_role("heading")).to_have_text("Almost signed out")
    shoot("almost-signed-out")
    page.get_by_role("button", name="Finish signing out").click()
    expect(page).to_have_url(f"{demo}/")
    page.goto("/logto/signed-out/")
    expect(page.get_by_role("heading")).to_have_text("You are signed out")


@pytest.mark.parametrize("signs_out", [False, True], ids=["", "signed out between"])
def test_nothing_of_alice_is_shown_to_sofia(visit, demo, signs_out):
    page = visit(demo)
    page.goto("/")
    sign_in(page, demo, "Alice")
    expect(page.get_by_text("Alice Liddell").first).to_be_visible()
    if signs_out:
        page.get_by_role("button", name="Sign out").first.click()
        expect(page).to_have_url(f"{demo}/")
    page.goto("/logto/sign-in/?prompt=login&next=/")
    choose(page, "Sofia")
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_text("Sofia Kovalevskaya").first).to_be_visible()
    expect(page.get_by_text("Alice")).to_have_count(0)
    state = page.context.request.get("/logto/user/").text()
    assert "alice" not in state.lower()
    assert "sofia" in state.lower()
    for _ in range(4):
        page.go_back()
        if not page.url.startswith(demo):
            break
        expect(page.get_by_text("Alice Liddell")).to_have_count(0)
