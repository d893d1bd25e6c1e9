"""A visitor in a real browser: sign in, a social button, sign out."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def sign_in_as(page, name):
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    page.get_by_role("button", name=re.compile(name)).first.click()


def test_a_visitor_signs_in_and_out_and_is_asked_again(page, demo, shoot):
    page.goto("/")
    shoot("home-signed-out")
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    expect(page).not_to_have_url(re.compile(re.escape(demo)))
    shoot("logto-sign-in")
    page.get_by_role("button", name=re.compile("Sofia")).first.click()
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("heading", name=re.compile("Sofia")).first).to_be_visible()
    for target in ("huggingface", "facebook", "naver", "my-oidc"):
        expect(page.get_by_text(target).first).to_be_visible()
    shoot("home-signed-in")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("link", name="Sign in", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    expect(page).not_to_have_url(re.compile(re.escape(demo)))
    expect(page.get_by_role("button", name=re.compile("Sofia")).first).to_be_visible()


def test_with_logtos_session_alive_nobody_is_asked(page, demo):
    page.goto("/")
    sign_in_as(page, "Alice")
    expect(page).to_have_url(f"{demo}/")
    page.context.clear_cookies(name="sessionid")
    page.goto("/protected/")
    expect(page).to_have_url(f"{demo}/protected/")


def test_a_social_button_leads_straight_to_the_provider(page, demo, shoot):
    page.goto("/")
    page.get_by_role("link", name=re.compile("Hugging Face")).click()
    expect(page).to_have_url(re.compile("huggingface"))
    shoot("provider-consent")
    page.get_by_role("button", name=re.compile("Sofia")).first.click()
    expect(page).to_have_url(f"{demo}/")
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()


def test_cancelling_at_the_provider_returns_to_logto_not_here(page, demo, shoot):
    page.goto("/")
    page.get_by_role("link", name=re.compile("Naver")).click()
    page.get_by_role("button", name=re.compile("Cancel")).click()
    expect(page).not_to_have_url(re.compile(re.escape(demo)))
    expect(page.get_by_label(re.compile("Password"))).to_be_visible()
    shoot("logto-after-cancel")


def test_create_account_opens_the_registration(page, demo, shoot):
    page.goto("/")
    page.get_by_role("link", name="Create account").first.click()
    expect(page).to_have_url(re.compile("/register"))
    shoot("logto-register")


def test_the_second_page_asks_the_user_route_by_javascript(page, demo, shoot):
    page.goto("/client-side/")
    expect(page.get_by_role("link", name="Sign in", exact=True).last).to_be_visible()
    page.goto("/")
    sign_in_as(page, "Alice")
    page.goto("/client-side/")
    expect(page.get_by_role("button", name="Sign out").last).to_be_visible()
    shoot("client-side-signed-in")


def test_the_error_and_confirmation_pages_look_like_the_rest(page, shoot):
    page.goto("/logto/callback/")
    expect(page.get_by_role("heading")).to_have_text("The sign-in was not finished")
    shoot("not-finished")
    page.goto("/logto/sign-out/")
    shoot("sign-out")
    page.goto("/logto/signed-out/")
    shoot("signed-out")
