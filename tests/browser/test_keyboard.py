"""Signing in and out without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import expect_logto_asks

pytestmark = pytest.mark.browser

MOST_STEPS = 40
FOCUS_IS_VISIBLE = """() => {
  const style = getComputedStyle(document.activeElement);
  return document.activeElement === document.body
    || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
}"""


def tab_to(page, locator):
    """Press Tab until ``locator`` has the focus, which is visible at each step."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_VISIBLE), page.locator(":focus").inner_html()
        if locator.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {locator}")


def test_in_with_a_password_and_out(visit, demo):
    page = visit(demo)
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Sign in", exact=True).first)
    page.keyboard.press("Enter")
    expect_logto_asks(page)
    # It has the focus from the start.
    expect(page.get_by_label("Username or email")).to_be_focused()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("alice")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice Liddell")
    tab_to(page, page.get_by_role("button", name="Sign out").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("link", name="Sign in", exact=True).first).to_be_visible()


def test_in_with_a_provider(visit, demo):
    page = visit(demo)
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Continue with Naver"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Naver")
    tab_to(page, page.get_by_role("button", name=re.compile("Continue as Sofia")))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo}/")


def test_past_the_navigation_to_the_content(visit, demo):
    page = visit(demo)
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="Skip to the content"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    within = page.locator("main").get_by_role("link", name="Sign in", exact=True)
    expect(within).to_be_focused()
