"""Five tabs of one visitor: each ends on its own page."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    choose,
    expect_member,
    expect_one_at_logto,
    expect_one_tab_each,
    open_at_once,
    put_into_cart,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit, site):
    """A page of a visitor whose session here has ended, but not the one at Logto."""
    page = visit(site)
    page.goto("/members/first/")
    choose(page, "Alice")
    expect_member(page, site, "first")
    page.context.clear_cookies(name="sessionid")
    page.goto("/cart/")
    return page


def test_five_that_come_back_at_once_end_each_on_its_own_page(page, site):
    put_into_cart(page, "apples")
    expect_one_tab_each(open_at_once(page), site)
    page.reload()
    expect(page.get_by_text("Cart: apples")).to_be_visible()


def test_five_that_find_nobody_signed_in_need_one_sign_in(visit, site):
    page = visit(site)
    put_into_cart(page, "pears")
    tabs = open_at_once(page)
    choose(expect_one_at_logto(tabs), "Alice")
    expect_one_tab_each(tabs, site)
    page.reload()
    expect(page.get_by_text("Cart: pears")).to_be_visible()


def test_a_tab_that_waits_can_sign_in_by_itself(visit, asgi_site):
    page = visit(asgi_site)
    page.goto("/cart/")
    tabs = open_at_once(page, ["one", "two"])
    at_logto = expect_one_at_logto(tabs)
    (other,) = [tab for tab in tabs if tab is not at_logto]
    name = re.search(r"members%2F(\w+)", other.url).group(1)
    # Also for who uses a keyboard, though the page loads again meanwhile.
    other.wait_for_url(re.compile(r"logto_turn=\w+\.2"))
    expect(other.get_by_role("link", name="Sign in here")).to_be_focused()
    other.keyboard.press("Enter")
    choose(other, "Alice")
    expect_member(other, asgi_site, name)
