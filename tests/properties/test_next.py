"""Whatever ``next`` says, a browser stays on this site."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import Resolver404, resolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.journey import path_of
from tests.properties.addresses import destination
from tests.properties.mutations import PIECES
from tests.properties.next_urls import urls
from tests.properties.profiles import examples
from tests.properties.world import frugally, protected

pytestmark = pytest.mark.django_db

HOST = "testserver"
CALLBACK = ("http", HOST, "/logto/callback/")
SIGN_OUT = ("http", HOST, "/logto/sign-out/")
LOOPING = {"sign_in", "sign_up", "sign_out", "signed_out", "callback"}


#: What is judged, so that the judgement is worth something.
LEADING_ELSEWHERE = (
    "//evil.example",
    "///evil.example/a",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example",
    "http://evil.example\\@testserver/",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "sign-in/../../sign-out/",
    "/logto/%2e%2e/logto/callback/",
    "?code=a",
    "#a",
)


def stays(location, base):
    """Check that a browser that is sent to ``location`` stays on this site."""
    scheme, host, path = destination(location, base)
    assert (scheme, host) == ("http", HOST), location
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return
    assert match.namespace != "logto_auth" or match.url_name not in LOOPING, location


@pytest.mark.parametrize("url", LEADING_ELSEWHERE)
def test_a_browser_would_leave_by_what_is_refused(url):
    with pytest.raises(AssertionError):
        stays(url, CALLBACK)


@pytest.mark.catalogue(3, 4)
@given(url=urls)
@example("// ")
@example("%2Fa/..")
@example("a%3Fb/..")
@example("a%23b/%2E%2e")
@example("../sign-in//..")
@example("/logto/sign-in/%2e%2e%2fa/../")
@example("/logto/sign-in//..")
@example("//\u3000")
@example("/%2F[")
@example("/%2f℀")
@example("/.//evil.example")
@examples(400)
def test_a_sign_out_leads_to_this_site_alone(world, url):
    with world.example() as visit:
        response = visit.post("/logto/sign-out/", {"next": url})
        protected(response)
        if response.status_code == 302:
            stays(response["Location"], SIGN_OUT)
        else:
            assert response.status_code == 200


@pytest.mark.catalogue(3, 4)
@given(url=urls)
@example("/%2F[")
@example("/a/..//evil.example")
@example("/ü")
@examples(70)
def test_a_sign_in_leads_to_this_site_alone(world, url):
    with world.example() as visit:
        start = visit.get("/logto/sign-in/", data={"next": url})
        callback = path_of(visit.visitor.sign_in(start["Location"], "alice"))
        response = visit.get(callback)
        visit.accepted(response)
        stays(response["Location"], CALLBACK)


@pytest.mark.catalogue(3)
@given(url=urls)
@examples(60)
def test_a_page_offers_no_other_site(world, django_user_model, url):
    with world.example() as visit:
        visit.client.force_login(django_user_model.objects.create_user("pat"))
        page = visit.get("/logto/connect/", data={"next": url})
        assert page.status_code == 200
        (action,) = re.findall(r'<form[^>]* action="([^"]*)"', page.text)[:1]
        offered = parse_qs(urlsplit(unescape(action)).query).get("next", ["/"])
        for found in [*offered, page.context["next"] or "/"]:
            stays(found, CALLBACK)


@pytest.mark.catalogue(3)
@given(url=urls)
@examples(60)
def test_a_failure_offers_no_other_site(world, url):
    with world.example() as visit:
        asked = {"next": url, "prompt": "all"}
        page = visit.get("/logto/sign-in/", data=asked)
        visit.refused(page)
        for found in parse_qs(urlsplit(page.context["retry_url"]).query).get(
            "next", []
        ):
            stays(found, CALLBACK)


@pytest.mark.catalogue(3)
@given(url=urls, header=st.sampled_from(["HX-Current-URL", "Referer", "Origin"]))
@examples(60)
def test_a_header_leads_to_no_other_site(world, url, header):
    assume("\n" not in url and "\r" not in url)
    with world.example() as visit:
        response = visit.get(
            "/logto/sign-in/",
            data={"next": url},
            headers={header: url, "HX-Request": "true"},
        )
        assert response.status_code == 401
        visit.unchanged()
        offered = parse_qs(urlsplit(response["HX-Redirect"]).query).get("next", [])
        for found in offered:
            stays(found, CALLBACK)


@pytest.mark.catalogue(3)
@given(
    url=urls, host=st.sampled_from(["app.example.com", "evil.example", "testserver"])
)
@examples(60)
def test_another_host_is_allowed_by_its_whole_name(world, settings, url, host):
    settings.LOGTO = {**settings.LOGTO, "ALLOWED_NEXT_HOSTS": ["app.example.com"]}
    with world.example() as visit:
        named = url.replace("evil.example", host)
        response = visit.post("/logto/sign-out/", {"next": named})
        if response.status_code == 302:
            scheme, found, _ = destination(response["Location"], SIGN_OUT)
            assert scheme in ("http", "https")
            assert found in (HOST, "app.example.com")


@pytest.mark.catalogue(5)
@given(url=urls)
@examples(60)
def test_over_https_nobody_is_sent_to_http(world, url):
    with world.example() as visit:
        response = visit.post("/logto/sign-out/", {"next": url}, secure=True)
        if response.status_code == 302:
            base = ("https", HOST, "/logto/sign-out/")
            assert destination(response["Location"], base)[:2] == ("https", HOST)


@pytest.mark.catalogue(3)
@given(piece=st.sampled_from(PIECES), size=st.integers(512, 10**6))
@examples(10)
def test_a_long_next_is_as_good_as_none(world, piece, size):
    with world.example() as visit:
        asked = {"next": "/" + piece + "a" * size}
        page = visit.get("/logto/sign-in/", data={**asked, "prompt": "all"})
        visit.refused(page)
        assert "next=" not in page.context["retry_url"]
        assert visit.post("/logto/sign-out/", asked).status_code == 200
        with frugally():
            visit.client.post("/logto/sign-out/", asked)
