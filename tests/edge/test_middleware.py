"""The middleware fits both handlers and adds nothing to pages that do not look."""

import asyncio
import threading

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpResponse
from django.urls import include, path

from logto_auth.middleware import LogtoMiddleware

threads = []


async def aview(request):
    threads.append(threading.get_ident())
    return HttpResponse()


async def atouch(request):
    request.session.modified = True
    return HttpResponse()


class AsyncSite:
    urlpatterns = [
        path("", aview),
        path("touch/", atouch),
        path("logto/", include("logto_auth.urls")),
    ]


def test_it_is_plain_around_a_plain_handler():
    middleware = LogtoMiddleware(lambda request: HttpResponse())
    assert not iscoroutinefunction(middleware)


def test_it_is_a_coroutine_function_around_one():
    assert iscoroutinefunction(LogtoMiddleware(aview))


async def test_an_async_view_runs_on_the_loops_own_thread(async_client, settings):
    settings.ROOT_URLCONF = AsyncSite
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "logto_auth.middleware.LogtoMiddleware",
    ]
    asyncio.get_running_loop()
    await async_client.get("/")
    assert threads == [threading.get_ident()]


@pytest.mark.django_db
def test_the_session_is_neither_read_nor_made(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/")
    assert "Vary" not in response
    assert not response.cookies


@pytest.mark.django_db
def test_the_row_follows_a_session_whose_key_is_cycled(journey):
    from logto_auth.models import LogtoSession

    journey.sign_in()
    journey.client.get("/change-password/")
    row = LogtoSession.objects.get()
    assert row.session_key == journey.client.cookies["sessionid"].value
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]


@pytest.mark.django_db(transaction=True)
async def test_a_session_that_an_async_view_marks_but_does_not_read_is_saved(
    journey_async, settings
):
    settings.ROOT_URLCONF = AsyncSite
    await journey_async.sign_in()
    response = await journey_async.client.get("/touch/")
    assert response.cookies["sessionid"].value


def looks_afterwards(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers["User"] = str(request.user)
        return response

    return middleware


@pytest.mark.django_db
@pytest.mark.parametrize("is_read_outside", [False, True])
def test_a_late_request_does_not_end_the_session_that_another_tab_has_begun(
    journey, settings, is_read_outside
):
    if is_read_outside:
        own = settings.MIDDLEWARE.index("logto_auth.middleware.LogtoMiddleware")
        settings.MIDDLEWARE = [*settings.MIDDLEWARE]
        settings.MIDDLEWARE.insert(own, f"{__name__}.looks_afterwards")
    before = journey.client.session.session_key
    journey.sign_in()
    after = journey.client.session.session_key
    journey.client.cookies["sessionid"] = before
    late = journey.client.get("/" if is_read_outside else "/protected/")
    assert "sessionid" not in late.cookies
    journey.client.cookies["sessionid"] = after
    assert journey.client.get("/protected/").status_code == 200


@pytest.mark.django_db
def test_the_cookie_of_a_session_that_has_ended_is_deleted_otherwise(client):
    client.cookies["sessionid"] = "ended"
    assert client.get("/protected/").cookies["sessionid"].value == ""


@pytest.mark.django_db
def test_signing_out_deletes_the_cookie_during_another_sign_in_too(journey):
    journey.sign_in()
    journey.start()
    response = journey.client.post("/logto/sign-out/")
    assert response.cookies["sessionid"].value == ""
