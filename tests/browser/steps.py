"""What visitors do, in the words that they read on the pages."""

import re
import time
from urllib.parse import urlsplit

from playwright.sync_api import expect

LOGTO_SIGN_IN = re.compile(r"/sign-in\?app_id=")
WAITING = "You may be signing in in another tab"
TABS = ("one", "two", "three", "four", "five")


def choose(page, name):
    """Sign in at Logto as a ready-made person."""
    page.get_by_role("button", name=re.compile(name)).first.click()


def type_password(page, username):
    """Sign in at Logto with the form; everybody's password is their username."""
    page.get_by_label("Username or email").fill(username)
    page.get_by_label("Password").fill(username)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.get_by_role("button", name="Sign out").first.click()


def expect_logto_asks(page):
    """Expect Logto's sign-in page."""
    expect(page).to_have_url(LOGTO_SIGN_IN)
    expect(page.get_by_label("Password")).to_be_visible()


def expect_member(page, site, name, username="alice"):
    """Expect a page for members of `tests.browser.site`."""
    expect(page).to_have_url(f"{site}/members/{name}/")
    expect(page.get_by_role("heading")).to_have_text(f"Page {name}")
    expect(page.get_by_text(f"You are {username}.")).to_be_visible()


def put_into_cart(page, thing):
    """Have something before signing in."""
    page.goto("/cart/")
    page.get_by_label("Thing").fill(thing)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text(f"Cart: {thing}")).to_be_visible()


def open_at_once(page, names=TABS):
    """Open a tab for each of some pages for members, as a browser restores them."""
    tabs = []
    # Playwright wants a function of its own.
    page.context.on("page", lambda tab: tabs.append(tab))
    site = urlsplit(page.url)
    own = page.context.new_cdp_session(page)
    target = own.send("Target.getTargetInfo")["targetInfo"]
    browser = page.context.browser.new_browser_cdp_session()
    for name in names:
        address = f"{site.scheme}://{site.netloc}/members/{name}/"
        wanted = {"url": address, "browserContextId": target["browserContextId"]}
        browser.send("Target.createTarget", wanted)
    while len(tabs) < len(names):
        page.context.wait_for_event("page")
    return tabs


def expect_one_at_logto(tabs):
    """Expect that one tab is at Logto and the others wait for it; return that one."""
    deadline = time.monotonic() + 20
    while not (asked := [tab for tab in tabs if LOGTO_SIGN_IN.search(tab.url)]):
        assert time.monotonic() < deadline, [tab.url for tab in tabs]
        tabs[0].wait_for_timeout(50)
    (one,) = asked
    for tab in tabs:
        if tab is not one:
            expect(tab.get_by_role("heading")).to_have_text(WAITING)
    return one


def expect_one_tab_each(tabs, site):
    """Expect that each of the five pages is shown in one of the tabs."""
    for tab in tabs:
        expect(tab.get_by_text("You are alice.")).to_be_visible()
    assert sorted(tab.url for tab in tabs) == sorted(
        f"{site}/members/{name}/" for name in TABS
    )
