"""``next`` leads to this site or an allowed host, and nowhere else."""

import pytest
from django.urls import clear_script_prefix, set_script_prefix

from logto_auth.errors import StateUnknown
from logto_auth.web.next_url import after_sign_in, is_safe, requested_next
from logto_auth.web.pages import error_page

SAFE = ["/", "/a/b?c=d#e", "http://testserver/x", "/ünïcode/"]
UNSAFE = [
    "",
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:///evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/a\tb",
    "/a\nb",
    "/a\0b",
    "/a\x85b",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "/" + "x" * 512,
    "/" + "ü" * 256,
    "/logto/callback/?state=x",
    "/logto/sign-in/",
    "/logto/sign%2Din/",
    "/logto/sign-in",
    "/logto/x/../sign-in/",
    "/logto\\sign-in/",
    "../sign-in/",
    ".",
    "?page=2",
    "/logto/sign-up/",
    "/logto/sign-out/",
    "/logto/signed-out/",
]


@pytest.mark.parametrize("url", SAFE)
def test_a_page_of_this_site_is_safe(rf, url):
    assert is_safe(rf.get("/"), url)


@pytest.mark.catalogue(3, 4)
@pytest.mark.parametrize("url", UNSAFE)
def test_anything_else_is_not(rf, url):
    assert not is_safe(rf.get("/"), url)


@pytest.mark.catalogue(5)
def test_an_allowed_host_is_safe_and_only_over_https_when_this_site_is(rf, settings):
    settings.LOGTO = {**settings.LOGTO, "ALLOWED_NEXT_HOSTS": ["app.example.com"]}
    assert is_safe(rf.get("/"), "http://app.example.com/x")
    assert is_safe(rf.get("/", secure=True), "https://app.example.com/x")
    assert not is_safe(rf.get("/", secure=True), "http://app.example.com/x")
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "https://testserver"}
    assert not is_safe(rf.get("/"), "http://app.example.com/x")


def test_the_form_wins_over_the_query(rf):
    request = rf.post("/?next=/query", {"next": "/form"})
    assert requested_next(request) == "/form"


def test_an_unsafe_next_is_as_good_as_none(rf):
    assert requested_next(rf.get("/", {"next": "https://evil.example"})) == ""


@pytest.mark.catalogue(3)
def test_it_is_checked_again_when_used(rf, settings):
    settings.LOGIN_REDIRECT_URL = "home"
    request = rf.get("/")
    assert after_sign_in(request, "https://evil.example/") == "/"
    assert after_sign_in(request, "/fine/") == "/fine/"


def test_a_site_that_set_no_page_gets_its_start_page(rf):
    assert after_sign_in(rf.get("/"), "") == "/"


def test_the_start_page_of_a_site_below_a_path_is_that_path(rf):
    set_script_prefix("/shop/")
    try:
        assert after_sign_in(rf.get("/"), "") == "/shop/"
        page = error_page(rf.get("/"), StateUnknown()).content.decode()
    finally:
        clear_script_prefix()
    assert 'href="/shop/"' in page
    assert 'href="/shop/logto/sign-in/"' in page
