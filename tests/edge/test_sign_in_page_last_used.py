"""The provider that a browser has signed in with last is marked on the sign-in page."""

import re

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import path

from logto_auth.sessions.attempts import MAX_BYTES
from logto_auth.web.last_provider import COOKIE_NAME, LIFETIME_SECONDS
from tests.edge.sign_in_page import PAGE, buttons, learn, names
from tests.journey import path_of
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db

NAVER = "social:naver"
LIST = """{% load logto %}{% logto_providers as providers %}
{% for provider in providers %}{{ provider.name }}{% endfor %}"""
MARKED = (
    LIST + "{% for p in providers %}{% if p.is_last_used %}*{% endif %}{% endfor %}"
)


def page_of(source):
    def page(request):
        return HttpResponse(Template(source).render(Context({"request": request})))

    return page


urlpatterns = [
    path("listed/", page_of(LIST)),
    path("marked/", page_of(MARKED)),
    path("buttons/", page_of("{% load logto %}{% logto_provider_buttons %}")),
    *site_urls,
]


@pytest.fixture(autouse=True)
def known(logto):
    learn()


def marked(client):
    return [name for name in names(client.get(PAGE)) if "Last used" in name]


def last_of(client):
    morsel = client.cookies.get(COOKIE_NAME)
    return morsel.value if morsel is not None else None


def test_it_is_the_one_that_the_sign_in_went_straight_to(journey):
    assert marked(journey.client) == []
    journey.sign_in("sofia", direct_sign_in=NAVER)
    assert marked(journey.client) == ["Continue with Naver Last used"]
    journey.sign_in("sofia", direct_sign_in="social:facebook")
    assert marked(journey.client) == ["Continue with Facebook Last used"]


def test_it_stays_after_a_sign_out_and_a_sign_in_of_another_kind(journey):
    journey.sign_in("sofia", direct_sign_in=NAVER)
    journey.client.post("/logto/sign-out/")
    journey.sign_in("sofia", prompt="login")
    assert last_of(journey.client) == NAVER


def test_who_has_only_started_or_failed_has_used_nothing(journey):
    journey.start(direct_sign_in=NAVER)
    assert last_of(journey.client) is None
    callback = journey.callback_url("sofia", direct_sign_in=NAVER)
    journey.logto.forge_id_token = lambda claims, header: (
        {**claims, "aud": "x"},
        header,
    )
    assert journey.client.get(callback).status_code == 502
    assert last_of(journey.client) is None


def test_nor_has_who_turned_back_there_and_signed_in_with_a_password(journey):
    assert "naver" not in journey.logto.people["alice"].identities
    journey.sign_in("alice", direct_sign_in=NAVER)
    assert last_of(journey.client) is None


def test_without_the_scope_that_tells_identities_what_was_asked_for_counts(
    journey, settings
):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["openid", "profile"]}
    journey.sign_in("alice", direct_sign_in=NAVER)
    assert last_of(journey.client) == NAVER


def test_an_enterprise_connector_is_marked_where_the_site_names_it(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"sso:enterprise-1": "Acme"}}
    journey.sign_in("alice", direct_sign_in="sso:enterprise-1")
    assert marked(journey.client) == ["Continue with Acme Last used"]


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_holds_the_provider_alone_and_is_read_by_no_script(
    logto, secure, journey
):
    client, visitor = journey.client, journey.visitor
    started = client.get(f"/logto/sign-in/?direct_sign_in={NAVER}", secure=secure)
    back = path_of(visitor.sign_in(started["Location"], "sofia"))
    morsel = client.get(back, secure=secure).cookies[COOKIE_NAME]
    assert morsel.value == NAVER
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
    assert bool(morsel["secure"]) is secure
    assert (morsel["path"], morsel["domain"]) == ("/", "")
    assert morsel["max-age"] == LIFETIME_SECONDS


@pytest.mark.parametrize(
    "value",
    [
        "naver",
        "social:",
        "social:nav er",
        "social:naver\x7f",
        "social:na\xefve",
        "x" * 4000,
    ],
)
def test_a_cookie_of_somebody_elses_making_marks_nothing(client, value):
    client.cookies[COOKIE_NAME] = value
    assert marked(client) == []


def test_one_that_names_a_provider_which_is_not_offered_marks_nothing(client):
    client.cookies[COOKIE_NAME] = "social:github"
    assert marked(client) == []
    assert len(buttons(client.get(PAGE))) == 4


def test_a_page_that_marks_it_is_kept_from_other_visitors(settings):
    settings.ROOT_URLCONF = __name__
    client = Client()
    client.cookies[COOKIE_NAME] = NAVER
    answer = client.get("/marked/")
    assert answer.content.decode().count("*") == 1
    assert answer["Vary"] == "Cookie"


@pytest.mark.parametrize("url", ["/listed/", "/buttons/"])
def test_one_that_does_not_is_the_same_for_all_of_them(settings, url):
    settings.ROOT_URLCONF = __name__
    client = Client()
    client.cookies[COOKIE_NAME] = NAVER
    answer = client.get(url)
    assert "Naver" in answer.content.decode()
    assert "Last used" not in answer.content.decode()
    assert "Vary" not in answer


async def test_the_same_goes_for_an_event_loop(settings, async_client):
    settings.ROOT_URLCONF = __name__
    async_client.cookies[COOKIE_NAME] = NAVER
    answer = await async_client.get("/marked/")
    assert answer.content.decode().count("*") == 1
    assert answer["Vary"] == "Cookie"


def test_all_our_cookies_stay_below_their_limit(journey):
    journey.sign_in("sofia", direct_sign_in=NAVER, next="/" + "x" * 500)
    for _ in range(20):
        journey.start(direct_sign_in=NAVER, next="/" + "x" * 500)
    ours = {
        name: morsel.value
        for name, morsel in journey.client.cookies.items()
        if re.match("(__Host-)?logto_", name) and morsel.value
    }
    assert COOKIE_NAME in ours
    assert sum(len(name) + len(value) for name, value in ours.items()) < MAX_BYTES + 100
