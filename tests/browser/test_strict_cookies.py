"""``SESSION_COOKIE_SAMESITE = "Strict"`` with Logto on another site, in a real browser.

Browsers take ``localhost`` on two ports for one site, so this site is at 127.0.0.1.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.edge.served import UVICORN, serve_tests_site

pytestmark = pytest.mark.browser


@pytest.fixture
def strict_site(simulator, tmp_path):
    with serve_tests_site(
        simulator, tmp_path, UVICORN, host="127.0.0.1", SERVER_SAMESITE="Strict"
    ) as address:
        yield address


def test_the_visitor_is_signed_in_on_the_page_they_asked_for(chromium, strict_site):
    context = chromium.new_context(base_url=strict_site)
    page = context.new_page()
    page.goto("/protected/")
    page.get_by_role("button", name=re.compile("Alice")).first.click()
    expect(page).to_have_url(f"{strict_site}/protected/")
    expect(page.get_by_text('"user": "alice"')).to_be_visible()
    (cookie,) = [item for item in context.cookies() if item["name"] == "sessionid"]
    assert cookie["sameSite"] == "Strict"
    context.close()
