"""Everything but the page that shows JavaScript works without it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose, expect_logto_asks, type_password

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit, demo):
    page = visit(demo, java_script_enabled=False)
    page.goto("/")
    return page


@pytest.mark.catalogue(115)
def test_sign_in_and_out(page, demo):
    page.get_by_role("link", name="Members only").click()
    expect_logto_asks(page)
    type_password(page, "alice")
    expect(page).to_have_url(f"{demo}/protected/")
    expect(page.get_by_text("You are Alice Liddell")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    # Logto's page, which a script would send on.
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(f"{demo}/")
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    expect_logto_asks(page)


@pytest.mark.catalogue(115)
def test_a_provider_and_its_cancel_button(page, demo):
    page.get_by_role("link", name="Continue with Hugging Face").click()
    page.get_by_role("button", name="Cancel").click()
    expect_logto_asks(page)
    page.get_by_role("link", name=re.compile("Hugging Face")).click()
    page.get_by_role("button", name=re.compile("Continue as Sofia")).click()
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sofia Kovalevskaya")


@pytest.mark.catalogue(115)
def test_registration(page, demo):
    page.get_by_role("link", name="Create account").first.click()
    page.get_by_label("Username").fill("paper")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("paper")


@pytest.mark.catalogue(115)
def test_an_error_page_leads_on(page, demo):
    page.goto("/logto/callback/?state=forged&code=forged")
    expect(page.get_by_text("state_unknown").last).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect_logto_asks(page)
    choose(page, "Alice")
    expect(page).to_have_url(f"{demo}/")


@pytest.mark.catalogue(115)
def test_the_confirmation_page_signs_out(page, demo):
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    choose(page, "Alice")
    page.goto("/logto/sign-out/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(f"{demo}/")


def test_the_page_that_shows_javascript_says_that_it_needs_it(page):
    page.get_by_role("link", name="Client side").click()
    # Playwright does not look for text in this element.
    note = page.locator("noscript p")
    expect(note).to_be_visible()
    assert "JavaScript" in note.inner_text()
