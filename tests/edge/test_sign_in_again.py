"""A view that needs Logto and does not have it: the visitor signs in and comes back."""

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from logto_auth.errors import SignInRequired
from logto_auth.models import LogtoSession
from tests.asking import API, ENDED, JSON, TOKEN, said, stored
from tests.journey import Journey, query_of
from tests.urls import urlpatterns as site_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"


def catches(request):
    try:
        request.logto.get_access_token()
    except SignInRequired as error:
        return HttpResponse(error.reason)
    return HttpResponse("a token")


urlpatterns = [*site_urls, path("catches/", catches)]


def sent_to(answer):
    """Return where the visitor is to come back to after the sign-in."""
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith("/logto/sign-in/")
    assert "no-store" in answer["Cache-Control"]
    return query_of(answer["Location"]).get("next")


def signs_in(asker, answer, username="alice"):
    """Follow ``answer`` to Logto and back; return where that ends."""
    leaves = asker.client.get(answer["Location"])["Location"]
    callback = asker.visitor.sign_in(leaves, username)
    return asker.client.get(callback.removeprefix("http://testserver"))["Location"]


def test_who_is_not_signed_in_is_sent_there_and_back(asker, caplog):
    caplog.set_level("INFO", "logto_auth")
    answer = asker.ask()
    assert sent_to(answer) == f"/{asker.prefix}token/"
    assert said(caplog, "sign_in_required") == [{"reason": "not_signed_in"}]
    assert signs_in(asker, answer) == f"/{asker.prefix}token/"
    assert asker.token()


def test_so_is_who_signed_in_with_a_password(asker, logto):
    user = get_user_model().objects.create_user("pat")
    asker.client.force_login(user, backend=PASSWORD_BACKEND)
    logto.forget_calls()
    assert sent_to(asker.ask()) == f"/{asker.prefix}token/"
    assert sent_to(asker.userinfo()) == f"/{asker.prefix}userinfo/"
    assert logto.calls == []
    assert "_auth_user_id" in asker.client.session


def spoil(tokens):
    LogtoSession.objects.update(tokens=tokens)


def give_anothers(asker):
    other = asker.beside()
    other.sign_in("sofia")
    theirs, mine = LogtoSession.objects.order_by("-created_at")
    LogtoSession.objects.filter(pk=mine.pk).update(tokens=theirs.tokens)


UNREADABLE = {
    "nothing": lambda asker: spoil(b""),
    "no seal": lambda asker: spoil(b"\0" * 200),
    "another row's": give_anothers,
}


@pytest.mark.catalogue(90)
@pytest.mark.parametrize("kind", UNREADABLE)
def test_tokens_that_cannot_be_read_mean_signing_in_again(asker, caplog, kind):
    caplog.set_level("INFO", "logto_auth")
    asker.sign_in("alice")
    UNREADABLE[kind](asker)
    answer = asker.ask()
    assert sent_to(answer) == f"/{asker.prefix}token/"
    assert said(caplog, "sign_in_required") == [{"reason": "tokens_unreadable"}]
    assert asker.known(), "claims are still known"
    assert signs_in(asker, answer) == f"/{asker.prefix}token/"
    assert asker.token()


@pytest.mark.catalogue(90)
def test_another_secret_key_means_signing_in_again(asker, settings):
    asker.sign_in("alice")
    settings.SECRET_KEY = "another-key"
    answer = asker.ask()
    assert sent_to(answer) == f"/{asker.prefix}token/"
    assert signs_in(asker, answer) == f"/{asker.prefix}token/"
    assert asker.token()


@pytest.mark.catalogue(90)
def test_a_key_that_is_on_its_way_out_still_reads_them(asker, settings, later):
    asker.sign_in("alice")
    first = asker.token()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"
    assert asker.token() == first
    later(ENDED)
    assert asker.token() != first
    settings.SECRET_KEY_FALLBACKS = []
    assert stored(), "a refresh seals with the new key"


def test_others_than_persons_are_told_in_their_own_way(asker):
    page = f"/{asker.prefix}token/"
    get = asker.client.get
    script = get(page, headers=JSON)
    assert script.status_code == 401
    assert script.json() == {"isAuthenticated": False, "signInUrl": "/logto/sign-in/"}
    htmx = get(
        page, headers={"hx-request": "true", "hx-current-url": "http://testserver/a/"}
    )
    assert htmx.status_code == 401
    assert query_of(htmx["HX-Redirect"]) == {"next": "http://testserver/a/"}
    frame = get(
        page, headers={"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    )
    assert frame.status_code == 403
    assert f"/logto/sign-in/?next=%2F{asker.prefix}token%2F" in frame.text
    prefetch = get(page, headers={"sec-purpose": "prefetch"})
    assert prefetch.status_code == 403
    for answer in (script, htmx, frame, prefetch):
        assert "no-store" in answer["Cache-Control"]
        assert "Location" not in answer


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/form/?a=1", "http://testserver/form/?a=1"),
        ("http://mallory.example/form/", None),
        ("http://testserver.mallory.example/", None),
        ("http://testserver/a/../logto/sign-out/", None),
        ("http://testserver/logto/sign-out/", None),
        ("javascript:alert(1)", None),
        ("http://testserver/" + "a" * 600, None),
        (None, None),
    ],
)
def test_a_form_that_was_sent_leads_back_to_its_page(asker, came_from, back):
    headers = {"referer": came_from} if came_from else {}
    answer = asker.client.post(f"/{asker.prefix}token/", headers=headers)
    assert sent_to(answer) == back
    assert signs_in(asker, answer) == (back or "/")


def test_a_page_that_is_no_good_is_not_come_back_to(asker):
    answer = asker.client.get(f"/{asker.prefix}token/?a={'b' * 600}")
    assert answer.status_code == 302
    assert signs_in(asker, answer) == "/"


def test_a_page_that_can_never_have_one_does_not_go_round_for_ever(
    asker, api, settings
):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile"]}
    rounds = 0
    back = asker.sign_in("alice")
    while back.status_code == 302 and rounds < 10:
        rounds += 1
        answer = asker.ask(API)
        leaves = asker.client.get(answer["Location"])["Location"]
        callback = asker.visitor.sign_in(leaves, "alice")
        back = asker.client.get(callback.removeprefix("http://testserver"))
    assert back.context["error"].code == "sign_in_loop"
    assert rounds < 5


def test_a_view_can_answer_itself(client, logto, later, settings):
    settings.ROOT_URLCONF = __name__
    assert client.get("/catches/").text == "not_signed_in"
    Journey(logto, client).sign_in("alice")
    assert client.get("/catches/").text == "a token"
    later(ENDED)
    logto.suspend("alice")
    assert client.get("/catches/").text == "refresh_refused"
    assert client.get("/catches/").text == "not_signed_in"
    assert client.get("/logto/user/").json() == {"isAuthenticated": False}


def test_a_sign_in_that_another_browser_has_is_left_alone(asker, logto, later):
    other = asker.beside()
    asker.sign_in("alice")
    other.sign_in("alice")
    later(ENDED)
    LogtoSession.objects.order_by("created_at").first().delete()
    assert sent_to(asker.ask()) == f"/{asker.prefix}token/"
    assert asker.known() is None
    logto.forget_calls()
    assert other.token()
    assert logto.count(TOKEN) == 1


def test_errors_of_the_site_are_the_sites(client, logto):
    Journey(logto, client).sign_in("alice")
    with pytest.raises(RuntimeError, match="the view failed"):
        client.get("/token/?fail=1")
    assert isinstance(client, Client)
