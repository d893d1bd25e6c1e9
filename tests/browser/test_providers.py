"""The buttons of the site that lead straight to a provider, and back."""

import re

import pytest
from playwright.sync_api import expect

from site_project.settings import LOGTO
from tests.browser.steps import expect_logto_asks, type_password

pytestmark = pytest.mark.browser
PROVIDERS = LOGTO["PROVIDERS"]
# Not an account that another test has made of hers.
ALICE = re.compile(r"Continue as Alice Liddell\s+alice@")


@pytest.fixture(params=PROVIDERS)
def provider(request):
    """The name of a provider, as pages show it."""
    return PROVIDERS[request.param]


@pytest.fixture
def at_provider(visit, demo, provider):
    page = visit(demo)
    page.goto("/")
    page.get_by_role("link", name=f"Continue with {provider}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(provider)
    return page


def test_a_sign_in_there_ends_on_the_site_with_that_account(
    at_provider, demo, provider
):
    at_provider.get_by_role("button", name=ALICE).click()
    expect(at_provider).to_have_url(f"{demo}/")
    expect(at_provider.get_by_role("heading", level=1)).to_have_text("Alice Liddell")
    identities = at_provider.get_by_role("region", name="Linked identities")
    expect(identities.get_by_role("listitem")).to_have_count(1)
    expect(identities.get_by_text(provider, exact=True)).to_be_visible()


def test_cancelling_returns_to_logto_where_a_password_does_as_well(at_provider, demo):
    at_provider.get_by_role("button", name="Cancel").click()
    expect_logto_asks(at_provider)
    expect(at_provider.get_by_role("alert")).to_be_visible()
    type_password(at_provider, "ada")
    expect(at_provider).to_have_url(f"{demo}/")
    expect(at_provider.get_by_role("heading", level=1)).to_have_text("Ada Lovelace")


def test_another_provider_does_after_a_cancelled_one(visit, demo):
    page = visit(demo)
    page.goto("/")
    page.get_by_role("link", name="Continue with Naver").click()
    page.get_by_role("button", name="Cancel").click()
    expect_logto_asks(page)
    page.get_by_role("link", name=re.compile("Facebook")).click()
    page.get_by_role("button", name=re.compile("Continue as Sofia")).click()
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sofia Kovalevskaya")
