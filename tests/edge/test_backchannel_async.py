"""The same sign-out where an event loop runs, and where requests are under way."""

import threading

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from logto_auth.models import LogtoSession
from tests.attacks.logout_tokens import FORM, URL, is_signed_in, register, send
from tests.edge.test_backchannel_logout import ENGINES
from tests.journey import Journey
from tests.urls import urlpatterns as of_the_tests
from tests.views import change_password, protected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

arrived, goes_on = threading.Event(), threading.Event()


def held(view):
    """Return a view that has read its session, and waits before it goes on."""

    def waiting(request):
        assert request.user.is_authenticated
        arrived.set()
        assert goes_on.wait(10)
        return view(request)

    return waiting


def cart(request):
    request.session["cart"] = "book"
    return protected.__wrapped__(request)


urlpatterns = [
    *of_the_tests,
    path("held/page/", held(protected)),
    path("held/cart/", held(cart)),
    path("held/key/", held(change_password)),
]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.mark.catalogue(104)
@pytest.mark.parametrize("what", ["page", "cart", "key"])
@pytest.mark.parametrize("every_request", [False, True], ids=["", "saved always"])
def test_a_request_under_way_brings_no_session_back(
    what, every_request, engine, settings, logto
):
    settings.ROOT_URLCONF = __name__
    settings.SESSION_SAVE_EVERY_REQUEST = every_request
    register(logto)
    client = Client()
    Journey(logto, client).sign_in("alice")
    arrived.clear(), goes_on.clear()
    answers = []

    def ask():
        answers.append(client.get(f"/held/{what}/"))
        connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        assert arrived.wait(10)
        assert send(Client(), logto.logout_token("alice")).status_code == 200
    finally:
        goes_on.set()
        thread.join()
    # Django answers 400 where a session was to be saved that is gone.
    assert answers[0].status_code in (200, 400)
    assert not is_signed_in(client)
    assert not LogtoSession.objects.exists()


async def test_a_logout_token_is_taken_on_an_event_loop(journey_async, logto):
    register(logto)
    await journey_async.sign_in("alice")
    client = journey_async.client
    body = f"logout_token={logto.logout_token('alice')}"
    response = await client.post(URL, body, content_type=FORM)
    assert response.status_code == 200
    state = await client.get("/logto/user/")
    assert state.json() == {"isAuthenticated": False}


async def test_async_views_see_nobody_in_a_cookie_that_has_ended(
    journey_async, logto, settings
):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    register(logto)
    await journey_async.sign_in("alice")
    client = journey_async.client
    assert (await client.get("/aprotected/")).json()["user"] == "alice"
    await LogtoSession.objects.all().adelete()
    assert (await client.get("/protected/")).status_code == 302
    seen = []

    async def look(request):
        seen.append((await request.auser()).is_authenticated)
        seen.append(await request.logto.ais_authenticated())
        return HttpResponse()

    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("look/", look)]})
    await client.get("/look/")
    assert seen == [False, False]
