"""Creating an account at Logto, which makes a user here."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import expect_logto_asks, expect_member, sign_out

pytestmark = pytest.mark.browser


def fill_in(page, username, password="secret"):
    page.get_by_label("Username").fill(username)
    page.get_by_label("Name", exact=False).last.fill("Newton")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Create account").click()


def test_the_new_account_is_signed_in_on_the_page_it_asked_for(visit, asgi_site):
    page = visit(asgi_site)
    page.goto("/logto/sign-up/?next=/members/one/")
    fill_in(page, "newton")
    expect_member(page, asgi_site, "one", username="newton")
    sign_out(page)
    expect(page.get_by_role("heading")).to_have_text("You are signed out")
    page.goto("/members/two/")
    expect_logto_asks(page)
    page.get_by_label("Username or email").fill("newton")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_member(page, asgi_site, "two", username="newton")


def test_a_name_that_is_taken_is_told_and_another_one_does(visit, asgi_site):
    page = visit(asgi_site)
    page.goto("/logto/sign-up/?next=/members/one/")
    fill_in(page, "alice")
    expect(page.get_by_role("alert")).to_contain_text("already in use")
    fill_in(page, "isaac")
    expect_member(page, asgi_site, "one", username="isaac")


def test_from_the_sign_in_page_to_the_registration_and_on(visit, asgi_site):
    page = visit(asgi_site)
    page.goto("/members/one/")
    page.get_by_role("link", name="Create account").click()
    fill_in(page, "gottfried")
    expect_member(page, asgi_site, "one", username="gottfried")
