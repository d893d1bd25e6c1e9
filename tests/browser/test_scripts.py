"""Requests of a page's scripts, which cannot follow a redirect to Logto."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose, expect_member

pytestmark = pytest.mark.browser

FETCH = """async address => {
  const response = await fetch(address);
  return [response.status, await response.text()];
}"""
XHR = """address => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.onload = () => resolve([request.status, request.responseText]);
  request.onerror = reject;
  request.send();
})"""
HTMX_VERSIONS = [2, 4]


@pytest.mark.parametrize("script", [FETCH, XHR], ids=["fetch", "xhr"])
def test_a_signed_out_script_gets_401_and_the_address_of_the_sign_in(
    visit, site, script
):
    page = visit(site)
    page.goto("/cart/")
    status, text = page.evaluate(script, "/protected/")
    assert status == 401, text
    answer = json.loads(text)
    assert answer == {"isAuthenticated": False, "signInUrl": "/logto/sign-in/"}
    page.goto(answer["signInUrl"] + "?next=/members/one/")
    choose(page, "Alice")
    expect_member(page, site, "one")
    status, text = page.evaluate(script, "/protected/")
    assert json.loads(text)["user"] == "alice"


@pytest.mark.parametrize("version", HTMX_VERSIONS)
def test_htmx_takes_the_whole_page_to_logto_and_back_to_where_it_was(
    visit, site, version
):
    page = visit(site)
    page.goto(f"/htmx/{version}/?tab=2")
    page.get_by_role("button", name="Show more").click()
    choose(page, "Alice")
    expect(page).to_have_url(f"{site}/htmx/{version}/?tab=2")
    page.wait_for_load_state()  # before that the button does nothing
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("Only for members: alice")).to_be_visible()
    expect(page).to_have_url(f"{site}/htmx/{version}/?tab=2")


@pytest.mark.parametrize("version", HTMX_VERSIONS)
def test_htmx_after_a_sign_out_in_another_tab(visit, asgi_site, version):
    page = visit(asgi_site)
    page.goto(f"/logto/sign-in/?next=/htmx/{version}/")
    choose(page, "Alice")
    expect(page).to_have_url(f"{asgi_site}/htmx/{version}/")
    page.wait_for_load_state()
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("Only for members: alice")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Show more").click()
    # Logto's session lives: there and back without a question.
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    expect(page).to_have_url(f"{asgi_site}/htmx/{version}/")


def test_an_image_starts_no_sign_in(visit, asgi_site):
    page = visit(asgi_site)
    page.goto("/cart/")
    page.evaluate(
        """() => new Promise(resolve => {
          const image = new Image();
          image.onload = image.onerror = resolve;
          image.src = "/logto/sign-in/";
        })"""
    )
    names = [cookie["name"] for cookie in page.context.cookies()]
    assert not [name for name in names if name.startswith("logto_attempt")]
