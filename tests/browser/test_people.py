"""Each ready-made person signs in, and the home page shows what they stand for."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose, expect_logto_asks, type_password

pytestmark = pytest.mark.browser

# What the home page tells of each: heading, and text in the section of a name.
SHOWN = {
    "alice": ("Alice Liddell", {"Roles": "librarian", "Linked identities": "No "}),
    "sofia": ("Sofia Kovalevskaya", {"Linked identities": "Hugging Face"}),
    "olivia": ("Olivia Okafor", {"Organizations": "Looking-Glass House"}),
    "emmy": ("Emmy Noether", {"Linked identities": "enterprise.example"}),
    "ada": ("Ada Lovelace", {"Roles": "admin", "Organizations": "No organizations"}),
    "jiwoo": ("Jiwoo Lee", {"Linked identities": "jiwoo@naver.example"}),
    "noel": ("noel", {"Roles": "No roles"}),
}
SUSPENDED = "sam"


@pytest.fixture
def at_logto(visit, demo):
    page = visit(demo)
    page.goto("/")
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    expect_logto_asks(page)
    return page


@pytest.mark.parametrize("username", SHOWN)
def test_the_home_page_shows_what_they_stand_for(at_logto, demo, username):
    name, sections = SHOWN[username]
    choose(at_logto, name)
    expect(at_logto).to_have_url(f"{demo}/")
    expect(at_logto.get_by_role("heading", level=1)).to_have_text(name)
    for title, text in sections.items():
        section = at_logto.get_by_role("region", name=title)
        expect(section.get_by_text(text).first).to_be_visible()


def test_who_has_no_address_and_no_picture_is_shown_all_the_same(at_logto):
    choose(at_logto, "noel")
    expect(at_logto.get_by_text("No e-mail address")).to_be_visible()
    expect(at_logto.locator("main img")).to_have_count(0)


def test_every_account_of_a_person_is_shown(at_logto):
    choose(at_logto, "Sofia")
    identities = at_logto.get_by_role("region", name="Linked identities")
    for provider in ("Hugging Face", "Facebook", "Naver", "My OIDC"):
        expect(identities.get_by_text(provider, exact=True)).to_be_visible()


@pytest.mark.parametrize("way", [choose, type_password])
def test_a_suspended_person_stays_at_logto_and_is_told(at_logto, demo, way):
    way(at_logto, SUSPENDED)
    expect(at_logto.get_by_role("alert")).to_contain_text("suspended")
    expect(at_logto).not_to_have_url(re.compile(re.escape(demo)))
    choose(at_logto, "Alice")
    expect(at_logto).to_have_url(f"{demo}/")


def test_everybody_is_in_this_test():
    from logto_auth.testing.simulator.people import PEOPLE

    assert {*SHOWN, SUSPENDED} == {person.username for person in PEOPLE}
