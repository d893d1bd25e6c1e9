"""Administrators in a real browser: signing in, and who has signed in with what."""

import contextlib
import functools
import json
import re
import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.console import complaints_of
from tests.browser.tour.guide import Guide
from tests.browser.tour.site import serve_site

pytestmark = pytest.mark.browser

ACCOUNTS = "/admin/logto_auth/logtoaccount/"
DESKTOP, PHONE = (1280, 900), (390, 844)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BUTTON = "Sign in with Logto"
SITES = {
    "beside": {},
    "only": {"TOUR_ADMIN_SIGN_IN": "only"},
    "arabic": {"TOUR_LANGUAGE": "ar"},
    "crowded": {},
}
PEOPLE = ("sofia", "jiwoo", "emmy", "alice", "olivia", "ada")


# Ordinary ones, of which no list may be wider than the window.
LONG = {
    "name": "Maximiliane Featherstonehaugh-Konstantinopolitanska",
    "email": "maximiliane.featherstonehaugh@administration.example",
    "roles": ["content_moderation_administrator", "regional_support", "billing"],
}


def crowd(site):
    """Give a site more accounts than are counted, a long one, and a user with two."""
    connection = contextlib.closing(sqlite3.connect(site.database))
    with connection as database, database:
        database.execute(
            "UPDATE logto_auth_logtoaccount SET is_suspended = 1, "
            "userinfo = json_patch(userinfo, ?) WHERE subject LIKE 'jiwoo%'",
            (json.dumps(LONG),),
        )
        database.execute(
            "UPDATE logto_auth_logtoaccount SET user_id = (SELECT user_id FROM "
            "logto_auth_logtoaccount WHERE subject LIKE 'sofia%') "
            "WHERE subject LIKE 'emmy%'"
        )
        database.execute(
            "WITH RECURSIVE number(n) AS "
            "(SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n <= 500) "
            "INSERT INTO logto_auth_logtoaccount (key, issuer, subject, user_id, "
            "userinfo, userinfo_digest, is_suspended, created_at, synced_at) "
            "SELECT 'key' || n, issuer, 'subject' || n, user_id, '{}', '', 0, "
            "created_at, synced_at FROM logto_auth_logtoaccount, number "
            "WHERE subject LIKE 'alice%'"
        )


@pytest.fixture(scope="module")
def start(shared_simulator, tmp_path_factory, chromium):
    """Return a function that starts one of `SITES` once, where people have been."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def start(name):
            directory = tmp_path_factory.mktemp(f"admin-{name}")
            running = serve_site(shared_simulator, directory, **SITES[name])
            site = stack.enter_context(running)
            for username in PEOPLE:
                context = chromium.new_context()
                Guide(context.new_page(), site, shared_simulator).sign_in(username)
                context.close()
            if name == "crowded":
                crowd(site)
            return site

        yield start


@pytest.fixture
def site(start):
    return start("beside")


@pytest.fixture
def guide(visit, site, shared_simulator):
    """A new visitor of the site."""
    return Guide(visit(site.address), site, shared_simulator)


def open_login(guide):
    guide.open("/admin/login/")


def be_refused(guide):
    guide.sign_in_to_admin("alice")


def open_accounts(guide):
    guide.sign_in_to_admin("ada", ACCOUNTS)


def open_account(guide):
    open_accounts(guide)
    guide.page.locator("#result_list").get_by_text("Sofia Kovalevskaya").click()
    guide.page.locator(".logto-identity").first.wait_for()


def open_account_without_identities(guide):
    open_accounts(guide)
    guide.page.locator("#result_list").get_by_text("Alice Liddell").click()
    guide.page.get_by_text("No identity is linked.").wait_for()


def open_user(guide):
    open_account(guide)
    guide.page.locator(".logto-section").get_by_role("link", name="sofia").click()
    guide.page.locator(".logto-identity").first.wait_for()


STOPS = {
    "login": open_login,
    "not-staff": be_refused,
    "accounts": open_accounts,
    "account": open_account,
    "account-alone": open_account_without_identities,
    "user": open_user,
}
# What of a page is this package's; the rest is Django's affair.
OURS = {
    "login": ["#content"],
    "not-staff": ["#content"],
    "accounts": ["#result_list", ".logto-portrait", ".logto-badge"],
    "account": [".logto-section", "#content h2"],
    "account-alone": [".logto-section"],
    "user": [".logto-section"],
}


@pytest.fixture(scope="module")
def visited(request, chromium, start, shared_simulator):
    """An open page, by its site and its stop, and what the console said."""
    site_name, name = request.param
    context = chromium.new_context()
    page = context.new_page()
    complaints = complaints_of(context, refusals=False)
    STOPS[name](Guide(page, start(site_name), shared_simulator))
    page.wait_for_load_state("networkidle")
    page.ours = OURS[name]
    page.complaints = list(complaints)  # before axe, which styles inline
    yield page
    context.close()


def visits(*stops):
    """Parametrize a test with pages; all tests of one are run in the same process."""
    return pytest.mark.parametrize(
        "visited",
        [
            pytest.param(
                (site, name),
                id=f"{site}-{name}",
                marks=pytest.mark.xdist_group(f"admin {site}"),
            )
            for site, name in stops
        ],
        indirect=True,
    )


every_page = visits(
    *(("beside", name) for name in STOPS),
    *(("only", name) for name in ("login", "not-staff")),
    *(("crowded", name) for name in ("accounts", "user")),
)


def look_from(page, size, scheme="light"):
    width, height = size
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    # The admin fades from one colour to the other.
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_what_is_ours(visited, scheme, size):
    look_from(visited, size, scheme)
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
    context = {
        "include": [[part] for part in visited.ours if visited.query_selector(part)]
    }
    found = Axe().run(visited, context=context, options=options)
    assert found.violations_count == 0, found.generate_report()


def assert_nothing_sticks_out(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]


@every_page
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_is_wider_than_the_window(visited, size):
    look_from(visited, size)
    assert_nothing_sticks_out(visited)


@visits(("crowded", "accounts"))
class TestList:
    def test_it_has_all_columns_in_sight_on_a_desktop(self, visited):
        look_from(visited, DESKTOP)
        expect(visited.locator("#result_list .field-roles").first).to_be_visible()
        results = visited.locator(".results")
        hidden = results.evaluate("one => one.scrollWidth - one.clientWidth")
        assert hidden <= 0

    @pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
    def test_who_is_suspended_is_seen_at_once(self, visited, size):
        look_from(visited, size)
        row = visited.locator("#result_list tr", has_text=LONG["name"])
        badge = row.get_by_text("suspended", exact=True)
        badge.scroll_into_view_if_needed()
        assert visited.locator(".results").evaluate("one => one.scrollLeft") == 0
        box = badge.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]


@contextlib.contextmanager
def styled(page, rule):
    """Give the page one more rule of Django's stylesheet, until the end of the block.

    A ``style`` element would not be allowed.
    """
    sheet = "document.styleSheets[0]"
    page.evaluate(f"rule => {sheet}.insertRule(rule, {sheet}.cssRules.length)", rule)
    yield
    page.evaluate(f"{sheet}.deleteRule({sheet}.cssRules.length - 1)")


# As Django 6.1 does, with the weight of an id.
UNDERLINED = "a:not(#header a) { text-decoration: underline }"


@visits(("beside", "login"), ("only", "login"), ("beside", "not-staff"))
def test_the_button_is_not_underlined(visited):
    look_from(visited, DESKTOP)
    with styled(visited, UNDERLINED):
        button = visited.locator(".logto-sign-in a.button")
        line = button.evaluate("one => getComputedStyle(one).textDecorationLine")
    assert line == "none"


@visits(("crowded", "accounts"))
def test_initials_are_not_underlined(visited):
    look_from(visited, DESKTOP)
    initials = visited.locator(".logto-portrait:not(:has(img))").first
    pictures = []
    for line in ("none", "underline"):
        with styled(visited, f"#result_list a {{ text-decoration: {line} }}"):
            pictures.append(initials.screenshot())
    assert pictures[0] == pictures[1]


def distance(bar, block):
    """Return how far a block's text is from the corner of the bar above."""
    found = "const range = document.createRange(); range.selectNodeContents(one)"
    text = block.evaluate(f"one => {{ {found}; return range.getBoundingClientRect() }}")
    corner = bar.bounding_box()
    return text["x"] - corner["x"], text["y"] - corner["y"]


@visits(("beside", "account-alone"))
def test_that_there_is_nothing_is_said_where_rows_are(visited):
    look_from(visited, DESKTOP)
    said = visited.get_by_text("No identity is linked.", exact=True)
    row = visited.locator("#logto-profile + dl > dt").first
    for style in ("fontSize", "lineHeight"):
        ask = f"one => getComputedStyle(one).{style}"
        assert said.evaluate(ask) == row.evaluate(ask)
    bar = visited.locator("#logto-profile")
    its_bar = visited.locator(".logto-section h2", has_text="Linked identities")
    its_start, start = distance(its_bar, said), distance(bar, row)
    assert its_start == pytest.approx(start, abs=1)


@visits(("arabic", "login"), ("arabic", "not-staff"))
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_can_be_read_from_right_to_left(visited, size):
    look_from(visited, size)
    assert visited.locator("html").get_attribute("dir") == "rtl"
    assert_nothing_sticks_out(visited)


@every_page
def test_the_policy_allows_all_that_the_page_needs(visited):
    assert visited.complaints == []


@visits(("beside", "login"), ("only", "login"))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_shows_the_focus(visited, scheme):
    look_from(visited, DESKTOP, scheme)
    button = visited.get_by_role("link", name=BUTTON)
    button.focus()
    visited.keyboard.press("Shift+Tab")
    visited.keyboard.press("Tab")
    expect(button).to_be_focused()
    ring = button.evaluate("one => getComputedStyle(one).outlineWidth")
    assert float(ring.removesuffix("px")) >= 2


@pytest.mark.xdist_group("admin beside")
class TestAdministrator:
    @pytest.fixture
    def page(self, guide):
        """The list of accounts, as an administrator comes to it."""
        open_accounts(guide)
        return guide.page

    @staticmethod
    def expect_accounts(page, *names):
        rows = page.locator("#result_list tbody tr")
        expect(rows).to_have_count(len(names))
        for name in names:
            expect(rows.filter(has_text=name)).to_have_count(1)

    def test_comes_to_the_page_that_they_asked_for(self, page, site):
        expect(page).to_have_url(site.address + ACCOUNTS)
        expect(page.locator("#result_list tbody tr")).to_have_count(len(PEOPLE))

    def test_filters_by_provider(self, page):
        page.get_by_role("link", name="Naver", exact=True).click()
        self.expect_accounts(page, "Sofia Kovalevskaya", "Jiwoo Lee")

    def test_finds_an_address_at_a_provider(self, page):
        page.locator("#searchbar").fill("jiwoo@naver.example")
        page.get_by_role("button", name="Search").click()
        self.expect_accounts(page, "Jiwoo Lee")

    def test_goes_from_an_account_to_its_user_and_back(self, page, site):
        page.locator("#result_list").get_by_text("Sofia Kovalevskaya").click()
        identities = page.locator(".logto-identity")
        expect(identities).to_have_count(4)
        for provider in ("Hugging Face", "Facebook", "Naver", "My OIDC"):
            expect(identities.get_by_text(provider, exact=True)).to_be_visible()
        page.locator(".logto-section").get_by_role("link", name="sofia").click()
        expect(page).to_have_url(re.compile(r"/admin/auth/user/\d+/change/"))
        expect(page.locator(".logto-identity")).to_have_count(4)
        page.get_by_role("link", name="Sofia Kovalevskaya").click()
        expect(page).to_have_url(re.compile(rf"{ACCOUNTS}\d+/change/"))

    def test_saves_a_user_below_whom_identities_stand(self, page):
        page.goto("/admin/auth/user/")
        page.get_by_role("link", name="jiwoo", exact=True).click()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was changed successfully")).to_be_visible()

    def test_sees_pictures_of_people(self, page):
        picture = page.locator(".logto-portrait img").first
        picture.scroll_into_view_if_needed()
        picture.evaluate("one => one.decode()")


@pytest.mark.xdist_group("admin beside")
class TestViewOnly:
    @pytest.fixture
    def page(self, guide):
        guide.sign_in_to_admin("olivia")
        guide.may_only_look("olivia")
        guide.open(ACCOUNTS)
        return guide.page

    def test_looks_and_finds_nothing_to_do(self, page):
        rows = page.locator("#result_list tbody tr")
        expect(rows).to_have_count(len(PEOPLE))
        for step in (
            lambda: None,
            page.locator("#result_list").get_by_text("Sofia Kovalevskaya").click,
            page.locator(".logto-section").get_by_role("link", name="sofia").click,
        ):
            step()
            page.wait_for_load_state("networkidle")
            for name in ("Save", "Delete", "Add", "Go", "Remove"):
                something = re.compile(rf"^{name}\b")
                expect(page.get_by_role("button", name=something)).to_have_count(0)
                expect(page.get_by_role("link", name=something)).to_have_count(0)
        expect(page.locator(".logto-identity")).to_have_count(4)


class TestNotStaff:
    @pytest.fixture(params=["beside", "only"])
    def guide(self, request, start, visit, shared_simulator):
        site = start(request.param)
        guide = Guide(visit(site.address), site, shared_simulator)
        guide.sign_in_to_admin("alice", ACCOUNTS)
        return guide

    def test_is_told_and_becomes_somebody_else(self, guide, site):
        page = guide.page
        expect(page.locator(".errornote")).to_contain_text("as alice")
        page.get_by_role("link", name="as somebody else").click()
        guide.choose("ada")
        expect(page).to_have_url(guide.site.address + ACCOUNTS)

    def test_signs_out_and_comes_back(self, guide):
        page = guide.page
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/admin/login/"))
        page.get_by_role("link", name=BUTTON).click()
        guide.choose("ada")
        expect(page).to_have_url(guide.site.address + ACCOUNTS)

    def test_goes_back_to_the_site(self, guide):
        guide.page.get_by_role("link", name="Back to the site").click()
        expect(guide.page).to_have_url(f"{guide.site.address}/")
