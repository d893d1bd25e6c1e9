"""A local user connects a Logto account in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose, expect_logto_asks, sign_out
from tests.browser.tour.guide import Guide
from tests.browser.tour.site import serve_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(shared_simulator, tmp_path_factory):
    with serve_site(shared_simulator, tmp_path_factory.mktemp("connect")) as site:
        yield site


def test_a_user_with_a_password_connects_an_account_and_signs_in_with_it(
    visit, site, shared_simulator
):
    page = visit(site.address)
    Guide(page, site, shared_simulator).sign_in_with_a_password("pat")
    expect(page.get_by_role("heading", name="Hello, pat")).to_be_visible()
    page.get_by_role("link", name="Connect my Logto account").click()
    expect(page.get_by_text("You are signed in here as pat.")).to_be_visible()
    page.get_by_role("button", name="Connect", exact=True).click()
    choose(page, "Sofia")
    expect(page).to_have_url(f"{site.address}/")
    expect(page.get_by_role("status")).to_have_text("Your Logto account is connected.")
    expect(page.get_by_role("heading", name=re.compile("Sofia")).first).to_be_visible()
    sign_out(page)
    expect(page).to_have_url(f"{site.address}/")
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    expect_logto_asks(page)
    choose(page, "Sofia")
    page.goto("/logto/connect/")
    expect(page.get_by_text("You are signed in here as pat.")).to_be_visible()


def test_the_account_of_somebody_else_is_refused_and_another_one_is_not(
    visit, site, shared_simulator
):
    other = visit(site.address)
    Guide(other, site, shared_simulator).sign_in("alice")
    page = visit(site.address)
    Guide(page, site, shared_simulator).sign_in_with_a_password("lee")
    page.get_by_role("link", name="Connect my Logto account").click()
    page.get_by_role("button", name="Connect", exact=True).click()
    choose(page, "Alice")
    heading = "That Logto account belongs to another user"
    expect(page.get_by_role("heading")).to_have_text(heading)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_text("You are signed in here as lee.")).to_be_visible()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect_logto_asks(page)
    choose(page, "Olivia")
    expect(page).to_have_url(f"{site.address}/")
    expect(page.get_by_role("heading", name=re.compile("Olivia"))).to_be_visible()
