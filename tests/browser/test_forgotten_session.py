"""A site whose session cookie the browser refuses."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose

pytestmark = pytest.mark.browser


def test_the_visitor_reads_what_is_wrong_instead_of_too_many_redirects(
    visit, start_site
):
    page = visit(start_site("forgetful"))
    page.goto("/members/one/")
    choose(page, "Alice")
    heading = "Your browser does not keep the sign-in"
    expect(page.get_by_role("heading")).to_have_text(heading)
