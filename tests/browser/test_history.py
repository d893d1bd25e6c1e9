"""Back, forward and reload, before, during and after a sign-in."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    choose,
    expect_logto_asks,
    expect_member,
    sign_out,
)

pytestmark = pytest.mark.browser

CALLBACK = re.compile(r"/logto/callback/\?.*code=")


@pytest.fixture
def callbacks():
    """The callback addresses that the visitor came through."""
    return []


@pytest.fixture
def page(visit, asgi_site, callbacks):
    """A visitor who went to a page for members by way of another page."""
    page = visit(asgi_site)
    page.on(
        "request",
        lambda request: (
            callbacks.append(request.url) if CALLBACK.search(request.url) else None
        ),
    )
    page.goto("/cart/")
    page.goto("/members/one/")
    expect_logto_asks(page)
    return page


@pytest.fixture
def signed_in(page, asgi_site):
    choose(page, "Alice")
    expect_member(page, asgi_site, "one")
    return page


def test_back_before_the_sign_in_and_forward_again(page, asgi_site):
    page.go_back()
    expect(page).to_have_url(f"{asgi_site}/cart/")
    page.go_forward()
    expect_logto_asks(page)
    choose(page, "Alice")
    expect_member(page, asgi_site, "one")


def test_back_to_logto_and_forward_is_still_signed_in(signed_in, asgi_site):
    signed_in.go_back()
    expect(signed_in).not_to_have_url(re.compile(re.escape(asgi_site)))
    signed_in.go_forward()
    expect_member(signed_in, asgi_site, "one")
    signed_in.go_back()
    signed_in.go_back()
    expect(signed_in).to_have_url(f"{asgi_site}/cart/")
    expect(signed_in.get_by_role("button", name="Sign out")).to_be_visible()


def test_reloading_the_landing_page_stays_on_it(signed_in, asgi_site, callbacks):
    signed_in.reload()
    expect_member(signed_in, asgi_site, "one")
    assert len(callbacks) == 1


def test_the_callback_again_leads_to_the_page(signed_in, asgi_site, callbacks):
    used = callbacks[0]
    for _ in range(2):
        signed_in.goto(used)
        expect_member(signed_in, asgi_site, "one")
    signed_in.go_back()
    signed_in.go_forward()
    expect_member(signed_in, asgi_site, "one")


def test_the_callback_of_the_last_visit_starts_over_once(
    signed_in, asgi_site, callbacks
):
    used = callbacks[0]
    sign_out(signed_in)
    expect(signed_in.get_by_role("heading")).to_have_text("You are signed out")
    signed_in.goto(used)
    expect_logto_asks(signed_in)
    choose(signed_in, "Alice")
    expect_member(signed_in, asgi_site, "one")


def test_back_after_signing_out_does_not_show_the_page(signed_in):
    sign_out(signed_in)
    expect(signed_in.get_by_role("heading")).to_have_text("You are signed out")
    signed_in.go_back()
    expect_logto_asks(signed_in)


def test_reloading_the_page_after_signing_out_signs_nobody_in(signed_in, asgi_site):
    sign_out(signed_in)
    expect(signed_in.get_by_role("heading")).to_have_text("You are signed out")
    signed_in.reload()
    expect(signed_in.get_by_role("heading")).to_have_text("You are signed out")
    signed_in.get_by_role("link", name="Sign in again").click()
    expect_logto_asks(signed_in)
