"""Signing in with an enterprise's own provider, as Emmy does."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import expect_logto_asks, type_password

pytestmark = pytest.mark.browser

STRAIGHT = "/logto/sign-in/?direct_sign_in=sso:enterprise-1"


@pytest.fixture
def page(visit, demo):
    return visit(demo)


def accept(page):
    """Sign in at the enterprise."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Example Enterprise")
    page.get_by_role("button", name=re.compile("Continue as Emmy")).click()


def expect_emmy(page, address):
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Emmy Noether")
    identities = page.get_by_role("region", name="Linked identities")
    expect(identities.get_by_role("listitem")).to_have_count(1)
    expect(identities.get_by_text("enterprise.example").first).to_be_visible()


def test_a_link_leads_straight_to_the_enterprise(page, demo):
    page.goto(STRAIGHT)
    accept(page)
    expect_emmy(page, f"{demo}/")


def test_the_address_at_work_leads_there(page, demo):
    page.goto("/logto/sign-in/?first_screen=single_sign_on")
    page.get_by_label("Work email").fill("emmy@enterprise.example")
    page.get_by_role("button", name="Continue").click()
    accept(page)
    expect_emmy(page, f"{demo}/")


def test_cancelling_there_returns_to_logto(page, demo):
    page.goto(STRAIGHT)
    page.get_by_role("button", name="Cancel").click()
    expect_logto_asks(page)
    type_password(page, "alice")
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice Liddell")
