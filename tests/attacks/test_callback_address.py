"""The callback is one address, for one method, read in one encoding."""

import pytest
from django.test import Client
from django.urls import include, path

from tests.attacks.visitors import CALLBACK, each_visitor, give, who
from tests.edge.connect_journey import left_for
from tests.journey import Journey
from tests.views import protected

pytestmark = pytest.mark.django_db

METHODS = ["POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]


class TwoMounts:
    """A site with two addresses for the callback."""

    urlpatterns = [
        path("logto/", include("logto_auth.urls")),
        path("other/", include("logto_auth.urls")),
        path("protected/", protected),
    ]


@pytest.mark.catalogue(23)
@pytest.mark.parametrize("checks", [False, True], ids=["", "with CSRF checks"])
@pytest.mark.parametrize("method", METHODS)
def test_no_other_method_than_get_does_anything(logto, kept, method, checks):
    journey = Journey(logto, Client(enforce_csrf_checks=checks))
    give(journey, "a sign-in")
    url = journey.callback_url(prompt="login")
    with kept(journey.client):
        response = journey.client.generic(method, url)
        assert response.status_code == 405
        assert response["Allow"] == "GET"
        assert not response.cookies
    assert logto.count("/oidc/token") == 0
    assert journey.client.get(url).status_code == 302, "the attempt is kept"


@pytest.mark.catalogue(23)
def test_an_answer_that_is_posted_as_a_form_is_not_read(journey, kept):
    give(journey, "a sign-in")
    url = journey.callback_url(prompt="login")
    query = url.partition("?")[2]
    form = "application/x-www-form-urlencoded"
    with kept(journey.client):
        response = journey.client.post(CALLBACK, query, content_type=form)
    assert response.status_code == 405
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(25)
@each_visitor
@pytest.mark.parametrize(
    "extra",
    [
        {"headers": {"host": "www.example.com"}},
        {"headers": {"host": "localhost:8000"}},
        {"headers": {"host": "testserver:8080"}},
        {"secure": True},
    ],
    ids=str,
)
def test_the_callback_of_another_origin_is_refused(journey, refused, kept, has, extra):
    give(journey, has)
    url = journey.callback_url(prompt="login")
    with kept(journey.client):
        response = journey.client.get(url, **extra)
        refused(response, "authorization_response_invalid", "redirect_uri")
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(25)
@each_visitor
def test_the_callback_at_another_path_of_the_site_is_refused(
    journey, refused, kept, settings, has
):
    settings.ROOT_URLCONF = TwoMounts
    give(journey, has)
    url = journey.callback_url(prompt="login")
    path, query = url.split("?")
    (elsewhere,) = {CALLBACK, "/other/callback/"} - {path}
    with kept(journey.client):
        response = journey.client.get(f"{elsewhere}?{query}")
        refused(response, "authorization_response_invalid", "redirect_uri")
    assert journey.logto.count("/oidc/token") == 0


@pytest.mark.catalogue(15, 22)
@pytest.mark.parametrize("code", ["testserver", "t", "text/html", "en"])
def test_a_code_that_is_a_part_of_a_header_is_a_code_like_any_other(
    journey, refused, kept, code
):
    headers = {"host": "testserver", "accept": "text/html", "accept-language": "en"}
    give(journey, "a cart")
    head, _, tail = journey.callback_url().partition("code=")
    url = f"{head}code={code}&{tail.partition('&')[2]}"
    with kept(journey.client):
        response = journey.client.get(url, headers=headers)
        refused(response, "token_request_refused")
        response = journey.client.get(f"{CALLBACK}?state={code}", headers=headers)
        refused(response, "state_unknown")
        response = journey.client.get(f"{CALLBACK}?{code}", headers=headers)
        refused(response, "state_unknown")


CHARSETS = ["utf-16", "utf-7", "unicode_escape", "utf_8_sig", "cp037"]


@pytest.mark.catalogue(3, 13, 15, 22)
@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_that_the_request_names_is_not_the_one_of_its_query(
    journey, refused, kept, caplog, charset
):
    plain = f"text/plain; charset={charset}"
    give(journey, "a cart")
    for text in ("%5Cud800", "a..b", "%ff%fe", "+2AA-", "xn--%00"):
        for url in (
            f"/logto/sign-in/?next=/{text}&login_hint=x{text}",
            f"/logto/sign-up/?next={text}",
            f"/logto/connect/?next={text}",
            f"/logto/sign-out/?next={text}",
            f"/logto/signed-out/?state={text}",
        ):
            response = journey.client.get(url, CONTENT_TYPE=plain)
            assert response.status_code in (200, 302, 400)
        caplog.clear()
        response = journey.client.get(f"{CALLBACK}?state={text}", CONTENT_TYPE=plain)
        refused(response, "state_unknown")
        head, _, tail = journey.callback_url().partition("code=")
        forged = f"{head}code={text}&{tail.partition('&')[2]}"
        with kept(journey.client):
            response = journey.client.get(forged, CONTENT_TYPE=plain)
            refused(response, "token_request_refused")
    assert who(journey.client) is None


@pytest.mark.catalogue(3)
def test_a_form_in_another_charset_is_read_all_the_same(journey):
    form = "application/x-www-form-urlencoded; charset=utf-16"
    body = "next=%2Fprotected%2F"
    response = journey.client.post("/logto/sign-in/", body, content_type=form)
    assert left_for(response).startswith(f"{journey.logto.endpoint}/oidc/auth?")
