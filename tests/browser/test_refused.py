"""A person whom Logto does not let into this application."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose, expect_logto_asks, expect_member

pytestmark = pytest.mark.browser


@pytest.fixture
def application(shared_simulator, asgi_site):
    """The application that ``asgi_site`` is at Logto, with its doors open."""
    (found,) = [
        application
        for application in shared_simulator.applications.values()
        if f"{asgi_site}/logto/callback/" in application.redirect_uris
    ]
    yield found
    found.access_control_denied.clear()


def test_who_loses_access_is_told_by_the_site(visit, asgi_site, application):
    page = visit(asgi_site)
    page.goto("/members/one/")
    choose(page, "Alice")
    expect_member(page, asgi_site, "one")
    application.access_control_denied.add("alice")
    page.context.clear_cookies(name="sessionid")
    page.goto("/members/one/")
    expect(page.get_by_role("heading")).to_have_text("You were not signed in")
    expect(page.get_by_text("access_denied")).to_be_visible()
    assert page.url.startswith(f"{asgi_site}/logto/callback/")
    application.access_control_denied.clear()
    page.get_by_role("link", name="Try again").click()
    expect_member(page, asgi_site, "one")


def test_who_never_had_access_is_told_by_logto(visit, asgi_site, application):
    application.access_control_denied.add("ada")
    page = visit(asgi_site)
    page.goto("/members/one/")
    expect_logto_asks(page)
    choose(page, "Ada")
    expect(page.get_by_role("heading", name="Access denied")).to_be_visible()
    page.goto("/cart/")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
