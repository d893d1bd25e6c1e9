"""The site's own sign-in page: what is on it, for whom, and where it leads."""

import asyncio
import re

import pytest
from django.test import Client
from django.urls import path
from django.utils.translation import override

from logto_auth.errors import SignInOptionInvalid
from logto_auth.web.views import ChooseView
from tests.edge.sign_in_page import (
    EXPERIENCE,
    PAGE,
    SVG,
    buttons,
    connector,
    learn,
    names,
    offer,
)
from tests.journey import path_of, query_of
from tests.urls import urlpatterns as site_urls

LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"

urlpatterns = [
    path("mine/", ChooseView.as_view(next_page="/protected/")),
    path("shop/", ChooseView.as_view(sign_in_options={"ui_locales": "th"})),
    *site_urls,
]


def test_it_offers_what_logto_does_in_logtos_order(logto, client):
    logto.sign_in_experience.targets = ["naver", "my-oidc", "facebook"]
    learn()
    assert names(client.get(PAGE)) == [
        "Continue with Naver",
        "Continue with My OIDC",
        "Continue with Facebook",
    ]


@pytest.mark.django_db
def test_each_button_goes_straight_to_its_provider_and_comes_back(journey):
    learn()
    page = journey.client.get(PAGE, {"next": "/protected/"})
    (url,) = re.findall(r'href="([^"]+naver)"', page.content.decode())
    start = journey.client.get(url.replace("&amp;", "&"))["Location"]
    assert query_of(start)["direct_sign_in"] == "social:naver"
    callback = path_of(journey.visitor.sign_in(start, "alice"))
    assert journey.client.get(callback)["Location"] == "/protected/"


def test_there_is_always_logtos_own_page_as_well_and_where_accounts_are_made(
    logto, client
):
    learn()
    page = client.get(PAGE, {"next": "/protected/"})
    assert page.context["sign_in_url"] == "/logto/sign-in/?next=%2Fprotected%2F"
    assert page.context["sign_up_url"] == "/logto/sign-up/?next=%2Fprotected%2F"
    for url in (page.context["sign_in_url"], page.context["sign_up_url"]):
        assert f'href="{url}"' in page.content.decode()


def test_where_logto_makes_no_accounts_there_is_no_such_button(logto, client):
    logto.sign_in_experience.settings["signInMode"] = "SignIn"
    learn()
    page = client.get(PAGE)
    assert page.context["sign_up_url"] == ""
    assert "Create account" not in page.content.decode()


def test_a_site_says_itself_which_they_are_in_which_order_and_what_they_are_called(
    logto, client, settings
):
    named = {"my-oidc": "Our Login", "sso:acme-1": "Acme", "huggingface": "HF"}
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": named}
    enterprise = {"id": "acme-1", "connectorName": "Acme SSO", "logo": SVG}
    offer(logto, connector("naver"), connector("my-oidc"), ssoConnectors=[enterprise])
    learn()
    page = client.get(PAGE)
    assert [(text, query["direct_sign_in"]) for text, query in buttons(page)] == [
        ("Continue with Our Login", "social:my-oidc"),
        ("Continue with Acme", "sso:acme-1"),
        ("Continue with HF", "social:huggingface"),
    ]
    # The logos are Logto's all the same, where it has one.
    assert [choice.logo for choice in page.context["providers"]] == [SVG, SVG, ""]


def test_logtos_enterprise_connectors_have_no_button_unless_the_site_names_them(
    logto, client
):
    enterprise = {"id": "acme-1", "connectorName": "Acme SSO", "logo": SVG}
    offer(logto, connector("naver"), ssoConnectors=[enterprise])
    learn()
    assert names(client.get(PAGE)) == ["Continue with Naver"]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("th", "ไลน์"),
        ("ko", "라인"),
        ("tr", "Satır"),
        ("zh-hans", "连我"),
        ("en-gb", "LINE"),
        ("de", "LINE"),
    ],
)
def test_a_provider_is_called_what_logto_calls_it_in_the_visitors_language(
    logto, client, language, name
):
    said = {"th": "ไลน์", "en": "LINE", "ko": "라인", "tr-TR": "Satır", "zh-CN": "连我"}
    offer(logto, connector("line", said))
    learn()
    with override(language):
        assert client.get(PAGE).context["providers"][0].name == name


def test_a_name_in_some_other_language_is_better_than_none(logto, client):
    offer(logto, connector("kakao", {"ko": "카카오"}), connector("slack", {}))
    learn()
    assert names(client.get(PAGE)) == ["Continue with 카카오", "Continue with Slack"]


def test_a_dark_page_gets_the_dark_logo_without_a_script(logto, client):
    dark = "https://cdn.example/dark.svg?a=1&b=2"
    offer(logto, connector("naver"), connector("github", logoDark=dark))
    learn()
    naver, github = re.findall(
        r"<picture>(.*?)</picture>", client.get(PAGE).content.decode(), re.DOTALL
    )
    assert f'src="{SVG}"' in naver
    assert "<source" not in naver
    source = '<source media="(prefers-color-scheme: dark)" '
    assert f'{source}srcset="https://cdn.example/dark.svg?a=1&amp;b=2">' in github


def test_under_a_logo_lies_what_shows_where_it_does_not_load(logto, client):
    offer(logto, connector("naver"), connector("okta", "okta"))
    learn()
    naver, okta = client.get(PAGE).content.decode().split("</li>")[:2]
    assert 'src="/static/logto_auth/providers/naver.svg"' in naver
    assert re.search(r'class="monogram" aria-hidden="true">O</span>', okta)


def test_nobody_may_keep_or_frame_the_page(logto, client):
    page = client.get(PAGE)
    assert page["Cache-Control"] == "no-store, private"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "Cookie" in page["Vary"]


def test_it_is_for_everybody_where_a_site_requires_a_sign_in(logto, client, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, LOGIN_REQUIRED]
    assert client.get("/").status_code == 302
    assert client.get(PAGE).status_code == 200


def test_it_can_be_the_login_url(logto, client, settings):
    settings.LOGIN_URL = "logto_auth:choose"
    learn()
    page = client.get("/protected/?cup=2", follow=True)
    assert page.redirect_chain == [(f"{PAGE}?next=/protected/%3Fcup%3D2", 302)]
    assert {query["next"] for _, query in buttons(page)} == {"/protected/?cup=2"}


def test_by_default_nothing_leads_to_it(logto, client):
    assert client.get("/protected/")["Location"].startswith("/logto/sign-in/")


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example", PAGE, "/logto/callback/", "/x\n"],
)
def test_a_next_that_leads_astray_is_dropped(logto, client, next_url):
    page = client.get(PAGE, {"next": next_url})
    assert page.context["sign_in_url"] == "/logto/sign-in/"


@pytest.mark.django_db
def test_nobody_is_sent_to_it_after_a_sign_in(journey):
    assert journey.sign_in(next=f"{PAGE}?next=/protected/")["Location"] == "/"


def test_options_of_a_sign_in_are_passed_on(logto, client):
    learn()
    asked = {"ui_locales": "th", "first_screen": "register", "next": "/protected/"}
    page = client.get(PAGE, {**asked, "direct_sign_in": "social:facebook"})
    (query,) = (query for text, query in buttons(page) if "Naver" in text)
    assert query == {**asked, "direct_sign_in": "social:naver"}
    assert query_of(page.context["sign_in_url"]) == asked
    asked.pop("first_screen")
    assert query_of(page.context["sign_up_url"]) == asked


def test_a_wrong_option_is_told_at_once(logto, client):
    page = client.get(PAGE, {"ui_locales": "<th>"})
    assert page.status_code == 400
    assert page.context["error"].code == "sign_in_option_invalid"


def test_a_site_can_have_one_of_its_own(logto, client, settings):
    settings.ROOT_URLCONF = __name__
    assert query_of(client.get("/mine/").context["sign_in_url"]) == {
        "next": "/protected/"
    }
    asked = client.get("/shop/?ui_locales=en").context["sign_in_url"]
    assert query_of(asked) == {"ui_locales": "th"}
    with pytest.raises(SignInOptionInvalid):
        ChooseView.as_view(sign_in_options={"ui_locales": "<th>"})


def test_a_script_is_told_where_to_sign_in(logto, client, settings):
    settings.LOGIN_URL = "logto_auth:choose"
    fetch = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    answer = client.get("/protected/", follow=True, headers=fetch)
    assert answer.status_code == 401
    assert answer.json() == {"isAuthenticated": False, "signInUrl": PAGE}


def test_htmx_is_told_to_open_it_and_to_come_back(logto, client):
    sent = {"HX-Request": "true", "HX-Current-URL": "http://testserver/protected/"}
    answer = client.get(PAGE, headers=sent)
    assert answer.status_code == 401
    assert query_of(answer["HX-Redirect"])["next"].endswith("/protected/")
    assert answer["HX-Redirect"].startswith(PAGE)


def test_a_page_that_is_fetched_ahead_is_the_page(logto, client):
    assert client.get(PAGE, headers={"Sec-Purpose": "prefetch"}).status_code == 200


def test_it_is_shown_on_the_host_of_the_site(logto, client, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "https://www.example.com"}
    answer = client.get(PAGE, {"next": "/protected/"}, headers={"Host": "example.com"})
    where, _, query = answer["Location"].partition("?")
    assert where == f"https://www.example.com{PAGE}"
    assert "next=%2Fprotected%2F" in query
    marked = client.get(f"{PAGE}?{query}", headers={"Host": "example.com"})
    assert marked.status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_can_only_be_looked_at(logto, client, method):
    assert getattr(client, method)(PAGE).status_code == 405
    assert client.head(PAGE).status_code == 200


@pytest.mark.django_db
def test_who_is_signed_in_may_choose_again(journey):
    journey.sign_in()
    learn()
    page = journey.client.get(PAGE)
    assert "Continue with Naver" in names(page)


@pytest.mark.django_db
def test_it_costs_no_query_and_no_call(logto, django_assert_num_queries):
    learn()
    logto.forget_calls()
    with django_assert_num_queries(0):
        page = Client().get(PAGE)
    assert len(buttons(page)) == 4
    assert logto.calls == []
    assert not page.cookies


def test_logto_is_asked_once_for_many_pages(logto, client):
    learn()
    for _ in range(5):
        client.get(PAGE)
    assert logto.count(EXPERIENCE) == 1


async def test_it_is_the_same_on_an_event_loop(logto, async_client):
    await asyncio.to_thread(learn)
    page = await async_client.get(PAGE, {"next": "/protected/"})
    assert [query["direct_sign_in"] for _, query in buttons(page)] == [
        "social:huggingface",
        "social:facebook",
        "social:naver",
        "social:my-oidc",
    ]
