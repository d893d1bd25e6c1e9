"""A person who signs out while Logto cannot be reached."""

import pytest
from playwright.sync_api import expect

from logto_auth.testing import Fault
from tests.browser.steps import choose, expect_logto_asks, expect_member, sign_out

pytestmark = pytest.mark.browser

LOOKS = [("light", 1280), ("dark", 390)]


@pytest.fixture
def faults(shared_simulator):
    """The switchboard of every site's Logto."""
    yield shared_simulator.faults
    shared_simulator.faults.clear()


@pytest.mark.parametrize(("look", "width"), LOOKS)
def test_who_could_not_sign_out_at_logto_is_told_and_tries_again(
    visit, asgi_site, faults, look, width
):
    page = visit(asgi_site, color_scheme=look, viewport={"width": width, "height": 800})
    page.goto("/members/one/")
    choose(page, "Alice")
    expect_member(page, asgi_site, "one")
    faults.put("/oidc/token/revocation", Fault(reset=True))
    page.goto("/logto/sign-out/")
    sign_out(page)
    heading = page.get_by_role("heading")
    expect(heading).to_have_text(
        "You are signed out here, but not at the sign-in service"
    )
    expect(page.get_by_text("provider_unreachable")).to_be_visible()
    faults.clear()
    page.get_by_role("link", name="Try again").click()
    expect(heading).to_have_text("You are signed out")
    page.goto("/members/one/")
    expect_logto_asks(page)
