"""The guide's own sample: an unmodified ``LogtoClient`` over `SessionStorage`."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path
from logto import LogtoClient, LogtoConfig, Storage

from logto_auth.models import LogtoSession
from logto_auth.sessions.storage import SessionStorage
from tests.journey import path_of
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "django.contrib.auth.backends.ModelBackend"
CALLBACK = "http://testserver/logto/callback/"
ENGINES = ["db", "cached_db", "cache", "cache-redis", "file", "signed_cookies"]


def client_of(request):
    from django.conf import settings

    config = LogtoConfig(
        endpoint=settings.LOGTO["ENDPOINT"],
        appId=settings.LOGTO["APP_ID"],
        appSecret=settings.LOGTO["APP_SECRET"],
    )
    return LogtoClient(config, storage=SessionStorage(request))


def sign_in(request):
    client = client_of(request)
    return HttpResponseRedirect(async_to_sync(client.signIn)(redirectUri=CALLBACK))


def callback(request):
    client = client_of(request)
    async_to_sync(client.handleSignInCallback)(request.build_absolute_uri())
    return HttpResponse("signed in")


def state(request):
    client = client_of(request)
    if not client.isAuthenticated():
        return JsonResponse({"isAuthenticated": False})
    claims = client.getIdTokenClaims()
    return JsonResponse({"isAuthenticated": True, "sub": claims.sub})


def sign_out(request):
    client = client_of(request)
    return HttpResponseRedirect(async_to_sync(client.signOut)())


async def asign_in(request):
    client = client_of(request)
    return HttpResponseRedirect(await client.signIn(redirectUri=CALLBACK))


async def acallback(request):
    client = client_of(request)
    await client.handleSignInCallback(request.build_absolute_uri())
    return HttpResponse("signed in")


async def astate(request):
    client = client_of(request)
    if not client.isAuthenticated():
        return JsonResponse({"isAuthenticated": False})
    return JsonResponse({"isAuthenticated": True, "sub": client.getIdTokenClaims().sub})


async def asign_out(request):
    client = client_of(request)
    return HttpResponseRedirect(await client.signOut())


class SyncSite:
    urlpatterns = [
        path("logto/callback/", callback),
        path("sdk/sign-in/", sign_in),
        path("sdk/state/", state),
        path("sdk/sign-out/", sign_out),
        *site_urls,
    ]


class AsyncSite:
    urlpatterns = [
        path("logto/callback/", acallback),
        path("sdk/sign-in/", asign_in),
        path("sdk/state/", astate),
        path("sdk/sign-out/", asign_out),
        *site_urls,
    ]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    name, _, cache = request.param.partition("-")
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{name}"
    if cache:
        settings.SESSION_CACHE_ALIAS = request.getfixturevalue(cache)
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.fixture(params=[SyncSite, AsyncSite], ids=["sync-views", "async-views"])
def site(request, settings):
    settings.ROOT_URLCONF = request.param
    return request.param


def test_it_is_the_sdks_storage():
    assert issubclass(SessionStorage, Storage)


def test_sign_in_callback_state_and_sign_out_under_wsgi(journey, engine, site):
    client, visitor = journey.client, journey.visitor
    assert client.get("/sdk/state/").json() == {"isAuthenticated": False}
    url = client.get("/sdk/sign-in/")["Location"]
    callback = path_of(visitor.sign_in(url, "alice"))
    assert client.get(callback).content == b"signed in"
    assert client.get("/sdk/state/").json() == {
        "isAuthenticated": True,
        "sub": journey.logto.people["alice"].sub,
    }
    assert LogtoSession.objects.count() == 1
    url = client.get("/sdk/sign-out/")["Location"]
    assert "/oidc/session/end?" in url
    assert client.get("/sdk/state/").json() == {"isAuthenticated": False}
    assert LogtoSession.objects.count() == 0


async def test_sign_in_callback_state_and_sign_out_under_asgi(
    journey_async, engine, site
):
    client, visitor = journey_async.client, journey_async.visitor
    url = (await client.get("/sdk/sign-in/"))["Location"]
    callback = path_of(visitor.sign_in(url, "alice"))
    assert (await client.get(callback)).content == b"signed in"
    state = (await client.get("/sdk/state/")).json()
    assert state["sub"] == journey_async.logto.people["alice"].sub
    await client.get("/sdk/sign-out/")
    assert (await client.get("/sdk/state/")).json() == {"isAuthenticated": False}
    assert await LogtoSession.objects.acount() == 0


def test_no_token_and_no_verifier_reaches_the_browser(journey, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.ROOT_URLCONF = SyncSite
    url = journey.client.get("/sdk/sign-in/")["Location"]
    session = str(dict(journey.client.session))
    assert "codeVerifier" not in session
    journey.client.get(path_of(journey.visitor.sign_in(url, "alice")))
    assert "eyJ" not in str(dict(journey.client.session))
    assert len(journey.client.cookies["sessionid"].value) < 4000


def test_it_shares_the_tokens_of_this_packages_own_sign_in(journey, settings):
    journey.sign_in()
    settings.ROOT_URLCONF = SyncSite
    assert journey.client.get("/sdk/state/").json()["isAuthenticated"]


def test_unreadable_tokens_mean_signed_out(journey, settings):
    journey.sign_in()
    LogtoSession.objects.update(tokens=b"garbled")
    settings.ROOT_URLCONF = SyncSite
    assert journey.client.get("/sdk/state/").json() == {"isAuthenticated": False}


def new_request(rf, session):
    request = rf.get("/")
    request.session, request.user = session, AnonymousUser()
    return request


@pytest.fixture
def stored(rf):
    """The session of somebody whose tokens a view of the site has stored."""
    request = new_request(rf, SessionStore())
    request.session.create()
    storage = SessionStorage(request)
    storage.set("idToken", "i")
    storage.set("refreshToken", "r")
    storage.save()
    return request.session


def test_who_signs_in_later_does_not_get_the_tokens_of_who_was_there(
    rf, stored, django_user_model
):
    request = new_request(rf, stored)
    login(request, django_user_model.objects.create_user("pat"), backend=PASSWORD)
    assert SessionStorage(request).get("refreshToken") is None


def test_within_one_request_they_are_not_shared_either(rf, stored, django_user_model):
    request = new_request(rf, stored)
    assert SessionStorage(request).get("refreshToken") == "r"
    login(request, django_user_model.objects.create_user("pat"), backend=PASSWORD)
    assert SessionStorage(request).get("refreshToken") is None


def test_tokens_that_a_view_gets_before_its_login_are_those_of_the_login(
    rf, django_user_model
):
    request = new_request(rf, SessionStore())
    storage = SessionStorage(request)
    storage.set("refreshToken", "r")
    login(request, django_user_model.objects.create_user("pat"), backend=PASSWORD)
    storage.save()
    again = new_request(rf, request.session)
    assert SessionStorage(again).get("refreshToken") == "r"


def test_of_two_writers_the_first_wins_and_the_second_says_so(rf, stored, caplog):
    first, second = new_request(rf, stored), new_request(rf, stored)
    one, two = SessionStorage(first), SessionStorage(second)
    one.set("refreshToken", "one")
    two.set("refreshToken", "two")
    one.save()
    two.save()
    assert two.get("refreshToken") == "one"
    assert "tokens_lost" in caplog.text


def test_tokens_that_were_deleted_meanwhile_stay_deleted(rf, stored):
    request = new_request(rf, stored)
    storage = SessionStorage(request)
    storage.set("refreshToken", "two")
    LogtoSession.objects.all().delete()
    storage.save()
    assert storage.get("refreshToken") is None
    assert not LogtoSession.objects.exists()


async def test_loading_first_reads_without_waiting(journey_async, async_rf):
    request = async_rf.get("/")
    request.session = SessionStore()
    storage = await SessionStorage.load(request)
    assert storage.get("idToken") is None
    storage.set("refreshToken", "r")
    await storage.asave()
    assert await LogtoSession.objects.acount() == 1
