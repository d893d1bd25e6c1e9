"""A visitor with two tabs, who signs in and out in either."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    choose,
    expect_logto_asks,
    expect_member,
    expect_one_at_logto,
    open_at_once,
    sign_out,
    type_password,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def tabs(visit, asgi_site):
    first = visit(asgi_site)
    return first, first.context.new_page()


def test_both_come_at_once_and_both_end_on_their_own_page(visit, asgi_site):
    page = visit(asgi_site)
    page.goto("/cart/")
    tabs = open_at_once(page, ["one", "two"])
    choose(expect_one_at_logto(tabs), "Alice")
    for name in ("one", "two"):
        (tab,) = [tab for tab in tabs if name in tab.url]
        expect_member(tab, asgi_site, name)


def test_signed_in_in_the_second_the_first_needs_no_other_sign_in(tabs, asgi_site):
    first, second = tabs
    first.goto("/members/one/")
    expect_logto_asks(first)
    second.goto("/logto/sign-in/?prompt=consent&next=/members/two/")
    expect_logto_asks(second)
    choose(second, "Alice")
    expect_member(second, asgi_site, "two")
    # Logto has one sign-in under way for each browser: the second tab's.
    type_password(first, "alice")
    expect(first.get_by_text("Session not found").first).to_be_visible()
    first.goto("/members/one/")
    expect_member(first, asgi_site, "one")


def test_a_form_still_works_after_the_other_tab_has_signed_in_again(tabs, asgi_site):
    first, second = tabs
    first.goto("/members/one/")
    choose(first, "Alice")
    expect_member(first, asgi_site, "one")
    first.get_by_label("Note").fill("milk")
    second.goto("/logto/sign-in/?prompt=login&next=/members/two/")
    expect_logto_asks(second)
    type_password(second, "alice")
    expect_member(second, asgi_site, "two")
    first.get_by_role("button", name="Keep").click()
    expect(first.get_by_text("Noted: milk")).to_be_visible()


def test_signed_out_in_one_the_other_is_asked_again(tabs, asgi_site):
    first, second = tabs
    first.goto("/members/one/")
    choose(first, "Alice")
    expect_member(first, asgi_site, "one")
    second.goto("/members/two/")
    expect_member(second, asgi_site, "two")
    sign_out(first)
    expect(first.get_by_role("heading")).to_have_text("You are signed out")
    second.reload()
    expect_logto_asks(second)


def test_the_old_sign_out_button_asks_once_more_after_another_person_has_signed_in(
    tabs, asgi_site
):
    first, second = tabs
    first.goto("/members/one/")
    choose(first, "Alice")
    expect_member(first, asgi_site, "one")
    second.goto("/logto/sign-in/?prompt=login&next=/members/two/")
    type_password(second, "ada")
    expect_member(second, asgi_site, "two", username="ada")
    sign_out(first)
    expect(first.get_by_role("heading")).to_have_text("Do you want to sign out?")
    sign_out(first)
    expect(first.get_by_role("heading")).to_have_text("You are signed out")
    second.reload()
    expect_logto_asks(second)
