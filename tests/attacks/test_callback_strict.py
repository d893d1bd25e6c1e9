"""The page that comes again where the session cookie is ``SameSite=Strict``."""

import re

import pytest

from tests.attacks.visitors import CALLBACK, changed, give, who
from tests.journey import query_of

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(31)]


@pytest.fixture
def held_back(journey, settings):
    """A visitor with a cart whose browser keeps the session cookie to itself."""
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    give(journey, "a cart")
    return journey.client.cookies.pop("sessionid").value


def test_the_page_in_between_tells_nobody_the_code(journey, held_back):
    url = journey.callback_url()
    page = journey.client.get(url)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store, private"
    assert page["X-Frame-Options"] == "DENY"
    policy = page["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'self'", "img-src 'self'"} < {*policy}
    code = query_of(url)["code"]
    leading_on = re.findall(r'(?:href="|; url=)(/logto/callback/[^"]+)"', page.text)
    assert page.text.count(code) == len(leading_on) == 2


def test_the_page_in_between_works_under_the_strictest_policy(journey, held_back):
    page = journey.client.get(journey.callback_url()).text
    for forbidden in ("<script", "style=", "<style", " onload", "<img", "<iframe"):
        assert forbidden not in page
    addresses = re.findall(r'(?:src|href|url)="?=?([^"]+)"', page)
    assert addresses
    assert all(re.match(r"/(?!/)", address) for address in addresses), addresses


def test_the_code_is_sent_once_however_often_the_page_is_reloaded(journey, held_back):
    url = journey.callback_url(next="/protected/")
    pages = [journey.client.get(url) for _ in range(3)]
    assert journey.logto.count("/oidc/token") == 0
    journey.client.cookies["sessionid"] = held_back
    for page in pages:
        assert journey.client.get(page.context["url"])["Location"] == "/protected/"
    assert journey.logto.count("/oidc/token") == 1
    assert journey.client.session["cart"] == ["tea"]
    assert who(journey.client) == "alice"


def test_a_browser_without_a_session_is_not_sent_round_and_round(journey, settings):
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    page = journey.client.get(journey.callback_url(next="/protected/"))
    again = journey.client.get(page.context["url"])
    assert again["Location"] == "/protected/"
    assert who(journey.client) == "alice"


@pytest.mark.parametrize(
    "query",
    ["state=%22%3E%3Cscript%3E", "state=x%0d%0aSet-Cookie:x", "state=x;url=//evil/"],
)
def test_what_is_in_the_address_stays_in_the_address(
    journey, held_back, refused, query
):
    page = journey.client.get(f"{CALLBACK}?{query}")
    assert "<script>" not in page.text
    assert "evil/" not in page.text
    assert re.fullmatch(r"/logto/callback/\?[\w%&=.+~-]+", page.context["url"])
    refused(journey.client.get(page.context["url"]), "state_unknown")


def test_who_comes_with_the_marker_already_is_treated_as_any_other(
    journey, held_back, refused
):
    url = changed(journey.callback_url(), logto_return="1")
    assert journey.client.get(url).status_code == 302
    forged = f"{CALLBACK}?state=x&code=x&logto_return=1"
    refused(journey.client.get(forged), "state_unknown")
