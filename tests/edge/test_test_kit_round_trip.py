"""``Visitor.enter``: what leads from page to page without a visitor's doing."""

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.test import AsyncClient, Client
from django.urls import include, path
from django.utils import translation

from logto_auth.models import LogtoSession
from logto_auth.testing import Visitor
from logto_auth.testing.html_form import PageContent

POSTED = {"next": "/protected/"}


@login_required
def elsewhere(request):
    return HttpResponseRedirect("https://shop.example.net/thanks")


@login_required
def host(request):
    return HttpResponse(request.get_host())


def www(request):
    return HttpResponseRedirect("http://www.example.com/host/")


def https(request):
    return HttpResponseRedirect(f"https://{request.get_host()}/protected/")


urlpatterns = [
    path("elsewhere/", elsewhere),
    path("host/", host),
    path("www/", www),
    path("https/", https),
    path("", include("tests.urls")),
]


class ByLanguage:
    """A URLconf in which every path begins with a language."""

    urlpatterns = i18n_patterns(path("", include("tests.urls")))


@pytest.fixture
def strict(settings):
    settings.SESSION_COOKIE_SAMESITE = "Strict"


def test_a_strict_session_cookie_is_no_obstacle(client, logto_visitor, strict):
    response = logto_visitor.enter(client, "/protected/", "alice")
    assert response.request["PATH_INFO"] == "/protected/"
    assert response.json()["user"] == "alice"


async def test_nor_with_an_async_client(logto_visitor, strict):
    response = await logto_visitor.enter(AsyncClient(), "/protected/", "alice")
    assert response.json()["user"] == "alice"


def test_nor_over_http(live_server, logto_visitor, strict):
    page = logto_visitor.enter(live_server.url, "/protected/", "alice")
    assert (page.status, page.path) == (200, "/protected/")
    assert '"user": "alice"' in page.text


@pytest.mark.parametrize("samesite", ["Lax", "Strict"])
def test_a_sign_in_begins_with_a_form_too(client, logto_visitor, settings, samesite):
    settings.SESSION_COOKIE_SAMESITE = samesite
    response = logto_visitor.enter(client, "/logto/sign-in/", "ada", data=POSTED)
    assert response.request["PATH_INFO"] == "/protected/"
    assert response.json()["user"] == "ada"


async def test_a_form_of_an_async_client(logto_visitor):
    client = AsyncClient()
    response = await logto_visitor.enter(client, "/logto/sign-in/", data=POSTED)
    assert response.json()["user"] == "alice"


def test_signing_out_leads_to_logto_and_back(client, logto, logto_visitor):
    logto_visitor.enter(client, "/protected/", "alice")
    page = logto_visitor.leave(client)
    assert "You are signed out" in page.text
    assert client.get("/protected/").status_code == 302
    assert [call.path for call in logto.calls if "session/end" in call.path]
    logto_visitor.enter(client, "/protected/", "ada")  # Logto asks again
    assert logto_visitor.leave(client, data={"next": "/"}).text == "home"


AS_SOMEBODY_ELSE = r"as 'alice', .* not ask for 'ada': .* leave\(\) .* Visitor\("


def test_whom_logto_does_not_ask_is_nobody_else(client, logto, logto_visitor):
    logto_visitor.enter(client, "/protected/", "alice")
    with pytest.raises(LookupError, match=AS_SOMEBODY_ELSE):
        logto_visitor.enter(Client(), "/protected/", "ada")
    assert LogtoSession.objects.count() == 1
    response = logto_visitor.enter(Client(), "/protected/", "alice")
    assert response.json()["user"] == "alice"
    response = Visitor(logto).enter(Client(), "/protected/", "ada")
    assert response.json()["user"] == "ada"


def test_nor_at_a_site_that_listens(live_server, logto_visitor):
    logto_visitor.enter(live_server.url, "/protected/", "alice")
    with pytest.raises(LookupError, match=AS_SOMEBODY_ELSE):
        logto_visitor.enter(live_server.url, "/protected/", "ada")


def test_a_site_that_lets_logto_ask_again_gets_somebody_else(client, logto_visitor):
    logto_visitor.enter(client, "/protected/", "alice")
    path = "/logto/sign-in/?prompt=login&next=/protected/"
    assert logto_visitor.enter(client, path, "ada").json()["user"] == "ada"


def test_a_refusal_is_for_the_site_whoever_is_signed_in(client, logto, logto_visitor):
    logto_visitor.enter(client, "/protected/", "alice")
    logto.application.access_control_denied.add("alice")
    response = logto_visitor.enter(Client(), "/protected/", "ada")
    assert response.context["error"].code == "access_denied"


async def test_an_async_client_signs_out_too(logto_visitor):
    client = AsyncClient()
    await logto_visitor.enter(client, "/protected/", "alice")
    page = await logto_visitor.leave(client)
    assert "You are signed out" in page.text


def test_signing_out_without_a_sign_in_is_told(client, logto_visitor):
    with pytest.raises(LookupError, match="/logto/sign-out/ does not lead to Logto"):
        logto_visitor.leave(client)


@pytest.mark.urls(__name__)
def test_a_site_that_is_not_this_one_is_told(client, live_server, logto_visitor):
    told = r"another site, https://shop\.example\.net/thanks"
    with pytest.raises(LookupError, match=told):
        logto_visitor.enter(client, "/elsewhere/")
    with pytest.raises(LookupError, match=told):
        logto_visitor.enter(live_server.url, "/elsewhere/")


@pytest.mark.urls(__name__)
def test_a_site_with_another_host_is_followed_there(client, logto, logto_visitor):
    logto.application.redirect_uris = ("http://www.example.com/logto/callback/",)
    assert logto_visitor.enter(client, "/www/").text == "www.example.com"


@pytest.mark.urls(__name__)
def test_a_live_server_that_wants_https_is_told(live_server, logto_visitor):
    told = "this one speaks http; start it without SECURE_SSL_REDIRECT"
    with pytest.raises(LookupError, match=told):
        logto_visitor.enter(live_server.url, "/https/")


class TestWithALanguageInEveryPath:
    @pytest.fixture(autouse=True)
    def urls(self, settings):
        settings.ROOT_URLCONF = ByLanguage
        settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
        settings.MIDDLEWARE = [
            "django.middleware.locale.LocaleMiddleware",
            *settings.MIDDLEWARE,
        ]
        yield
        translation.deactivate()

    @pytest.mark.parametrize("language", ["en", "de"])
    def test_each_address_is_registered(self, client, request, language):
        visitor = request.getfixturevalue("logto_visitor")
        page = visitor.enter(client, f"/{language}/protected/")
        assert page.json()["user"] == "alice"
        page = visitor.leave(client)
        assert page.request["PATH_INFO"] == f"/{language}/logto/signed-out/"
        assert page.status_code == 200


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/there", "/there"),
        ("0;URL='/there'", "/there"),
        ('  0 , url = "/there"', "/there"),
        ("0 /there", "/there"),
        ("0; url=/a?b=1&amp;c=2", "/a?b=1&c=2"),
        ("30; url=/later", None),
        ("0", None),
        ("", None),
    ],
)
def test_a_refresh_is_read_as_a_browser_reads_it(content, target):
    quoted = content.replace('"', "&quot;")
    page = f'<meta HTTP-EQUIV="Refresh" content="{quoted}"><p>text'
    assert PageContent(page).refresh == target
