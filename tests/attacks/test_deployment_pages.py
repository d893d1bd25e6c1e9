"""Every page works under the strictest policy, in any language, without JavaScript."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from logto_auth.testing import Fault
from logto_auth.web.templates import BASE_TEMPLATE, TEMPLATES
from tests.journey import Journey

pytestmark = pytest.mark.django_db
PAGES = {name for name, template in TEMPLATES.items() if template.is_page}
BROWSER = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
LOADED = {"src", "srcset", "data", "poster", "background"}


class Read(HTMLParser):
    """What a page loads, runs and leads to."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.inline, self.loaded, self.forms = set(), [], [], []
        self.html = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.tags.add(tag)
        self.inline += [n for n in told if n == "style" or n.startswith("on")]
        self.loaded += [told[name] for name in LOADED & told.keys()]
        if tag == "html":
            self.html = told
        if tag == "link":
            self.loaded.append(told["href"])
        if tag == "form":
            self.forms.append(told)
        links = [v for v in told.values() if v and v.lower().startswith("javascript:")]
        self.inline += links


def visited(logto, client, failing):
    """Return the responses that are pages, of two browsers; one fails to sign in."""
    journey, failing = Journey(logto, client), Journey(logto, failing)
    responses = [
        client.get("/logto/callback/"),
        client.get("/logto/callback/?state=x&code=y"),
        client.get("/logto/sign-in/?first_screen=x"),
        client.get("/logto/sign-in/", headers={"Sec-Fetch-Dest": "iframe"}),
        client.post("/logto/sign-in/"),
        client.get("/logto/choose/"),
        client.get("/logto/signed-out/"),
    ]
    for page in ("/one/", "/two/"):
        turn = client.get("/logto/sign-in/", {"next": page}, headers=BROWSER)
        responses.append(client.get(turn["Location"], headers=BROWSER))
    for fault in (Fault(status=500), Fault(status=503), Fault(close=True)):
        logto.faults.put("/oidc/token", fault)
        responses.append(failing.sign_in(prompt="login"))
    logto.faults.clear()
    journey.sign_in()
    responses += [client.get("/logto/sign-out/"), client.get("/logto/connect/")]
    get_user_model().objects.update(is_active=False)
    responses.append(failing.sign_in(prompt="login"))
    return [response for response in responses if response.status_code != 302]


@pytest.fixture(params=["en", "ar", "th"])
def pages(request, logto, settings):
    """All pages, for a browser that asks for this language."""
    settings.MIDDLEWARE = [
        "django.middleware.locale.LocaleMiddleware",
        *settings.MIDDLEWARE,
    ]
    asks = {"Accept-Language": f"{request.param}, en;q=0.5"}
    with translation.override(None):  # what the middleware activates would stay
        responses = visited(logto, Client(headers=asks), Client(headers=asks))
    shown = {t.name for response in responses for t in response.templates}
    assert shown >= PAGES - {BASE_TEMPLATE}
    return request.param, responses


@pytest.mark.catalogue(31, 115)
def test_no_page_needs_a_script_an_inline_style_or_another_host(pages):
    _, responses = pages
    for response in responses:
        page = Read(response.text)
        assert not page.tags & {"script", "style", "iframe", "object", "embed", "base"}
        assert page.inline == []
        assert page.loaded
        for address in page.loaded:
            assert not urlsplit(address).netloc
            # Logos of providers, as Logto tells them, are in the page itself.
            assert urlsplit(address).scheme in ("", "data")
        # With JavaScript off a form is a form, and leads to this site.
        for form in page.forms:
            assert form["method"] == "post"
            assert form["action"].startswith("/logto/")


@pytest.mark.catalogue(115)
def test_every_page_says_its_language_and_its_direction(pages):
    language, responses = pages
    direction = "rtl" if language == "ar" else "ltr"
    for response in responses:
        html = Read(response.text).html
        assert (html["lang"], html["dir"]) == (language, direction)


@pytest.mark.catalogue(32, 115)
def test_every_page_is_kept_out_of_caches_frames_and_the_referer(pages):
    _, responses = pages
    for response in responses:
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "Cookie" in response["Vary"]
        assert response["Content-Type"] == "text/html; charset=utf-8"
