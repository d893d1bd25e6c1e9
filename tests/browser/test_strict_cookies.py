"""``SESSION_COOKIE_SAMESITE = "Strict"`` with Logto on another site, in a real browser.

The site is at 127.0.0.1 and Logto at localhost.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    choose,
    expect_logto_asks,
    expect_member,
    expect_one_tab_each,
    open_at_once,
    put_into_cart,
    sign_out,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit, strict_site):
    return visit(strict_site)


@pytest.fixture
def signed_in(page, strict_site):
    page.goto("/cart/")
    page.goto("/members/one/")
    choose(page, "Alice")
    expect_member(page, strict_site, "one")
    return page


@pytest.mark.catalogue(31)
def test_the_visitor_is_signed_in_on_the_page_they_asked_for(signed_in):
    (cookie,) = [
        item for item in signed_in.context.cookies() if item["name"] == "sessionid"
    ]
    assert cookie["sameSite"] == "Strict"
    assert cookie["domain"] == "127.0.0.1"


@pytest.mark.catalogue(30, 31)
def test_what_was_in_the_cart_is_there_afterwards(page, strict_site):
    put_into_cart(page, "apples")
    page.goto("/members/one/")
    choose(page, "Alice")
    expect_member(page, strict_site, "one")
    expect(page.get_by_text("Cart: apples")).to_be_visible()


def test_reloading_the_landing_page_stays_on_it(signed_in, strict_site):
    signed_in.reload()
    expect_member(signed_in, strict_site, "one")


@pytest.mark.catalogue(31)
def test_back_leads_to_logto_and_forward_to_the_page(signed_in, strict_site):
    # Not to the page in between, which would send the visitor on again.
    signed_in.go_back()
    expect(signed_in).not_to_have_url(re.compile(re.escape(strict_site)))
    signed_in.go_forward()
    expect_member(signed_in, strict_site, "one")


def test_signing_out_leaves_nobody_signed_in(signed_in, strict_site):
    sign_out(signed_in)
    expect(signed_in.get_by_role("heading")).to_have_text("You are signed out")
    expect(signed_in).to_have_url(re.compile(re.escape(strict_site)))
    signed_in.goto("/members/one/")
    expect_logto_asks(signed_in)


def test_signed_out_at_the_end_with_next(signed_in, strict_site):
    signed_in.goto("/logto/sign-out/?next=/cart/")
    sign_out(signed_in)
    expect(signed_in).to_have_url(f"{strict_site}/cart/")
    expect(signed_in.get_by_role("link", name="Sign in")).to_be_visible()


def test_with_logtos_session_alive_nobody_is_asked(signed_in, strict_site):
    signed_in.context.clear_cookies(name="sessionid")
    signed_in.goto("/members/two/")
    expect_member(signed_in, strict_site, "two")


def test_five_tabs_at_once_end_each_on_its_own_page(signed_in, strict_site):
    signed_in.context.clear_cookies(name="sessionid")
    put_into_cart(signed_in, "apples")
    expect_one_tab_each(open_at_once(signed_in), strict_site)
    signed_in.reload()
    expect(signed_in.get_by_text("Cart: apples")).to_be_visible()
