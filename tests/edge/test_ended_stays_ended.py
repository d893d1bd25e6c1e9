"""What has ended stays so, whatever was under way when it did."""

import threading

import pytest
from django.contrib.auth import get_user_model, login
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from logto_auth.models import LogtoSession, UsedLogoutToken
from logto_auth.sessions.ending import end_sessions
from tests.attacks.logout_tokens import is_signed_in, register, send
from tests.journey import Journey, path_of
from tests.urls import urlpatterns as of_the_tests
from tests.waiting import Held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"
SERVER_SIDE = ["db", "cached_db", "cache", "file"]


def touch(request):
    """Change the session, as a page with a cart does."""
    if request.user.is_authenticated:
        request.session["touched"] = request.session.get("touched", 0) + 1
    return HttpResponse()


def become_pat(request):
    login(request, get_user_model().objects.get(username="pat"), PASSWORD_BACKEND)
    return HttpResponse()


urlpatterns = [
    *of_the_tests,
    path("touch/", touch),
    path("become-pat/", become_pat),
]


@pytest.fixture(autouse=True)
def site(settings, logto):
    settings.ROOT_URLCONF = __name__
    register(logto)


def use(engine, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)


@pytest.mark.catalogue(104)
@pytest.mark.parametrize("engine", SERVER_SIDE)
def test_pages_that_write_the_session_all_the_time_do_not_bring_it_back(
    engine, settings, tmp_path, logto
):
    use(engine, settings, tmp_path)
    for _ in range(5):
        client = Client(raise_request_exception=False)
        Journey(logto, client).sign_in("alice", prompt="login")
        cookies, is_over = dict(client.cookies), threading.Event()

        def keep_touching(cookies=cookies, is_over=is_over):
            tab = Client(raise_request_exception=False)
            tab.cookies.update(cookies)
            while not is_over.is_set():
                tab.get("/touch/")
            connections.close_all()

        tabs = [threading.Thread(target=keep_touching) for _ in range(3)]
        for tab in tabs:
            tab.start()
        assert send(Client(), logto.logout_token("alice")).status_code == 200
        is_over.set()
        for tab in tabs:
            tab.join()
        left = Client()
        left.cookies.update(cookies)
        assert not is_signed_in(left)
    assert not LogtoSession.objects.exists()


@pytest.mark.catalogue(104)
def test_a_page_that_has_just_read_it_from_the_database_does_not_cache_it_again(
    settings, tmp_path, logto, monkeypatch
):
    use("cached_db", settings, tmp_path)
    client = Client()
    Journey(logto, client).sign_in("alice")
    row, key = LogtoSession.objects.get(), client.session.session_key
    client.session._cache.clear()
    store = type(client.session)
    read = store._get_session_from_db

    def read_and_be_overtaken(session):
        found = read(session)
        end_sessions([row])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(store, "_get_session_from_db", read_and_be_overtaken)
        client.get("/protected/")
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_signed_in(client)


@pytest.mark.catalogue(104)
def test_a_sign_in_under_way_does_not_outlive_its_session_at_logto(logto, client):
    journey = Journey(logto, client)
    callback = path_of(journey.visitor.sign_in(journey.start(), "alice"))
    held, answers = Held(logto), []
    held.hold("/oidc/me")

    def finish():
        answers.append(client.get(callback))
        connections.close_all()

    thread = threading.Thread(target=finish)
    logto.forget_calls()
    thread.start()
    while not logto.count("/oidc/me"):
        thread.join(0.01)
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    held.goes_on.set()
    thread.join()
    assert answers[0].status_code == 401
    assert "Please sign in again" in answers[0].content.decode()
    assert not is_signed_in(client)
    assert not LogtoSession.objects.exists()
    # With a new session at Logto, one is signed in again.
    Journey(logto, client).sign_in("alice")
    assert is_signed_in(client)


def test_sessions_from_before_logto_told_which_end_with_any_of_the_person(logto):
    application = logto.application
    application.back_channel_logout_session_required = False
    old = Client()
    Journey(logto, old).sign_in("alice")
    application.back_channel_logout_session_required = True
    other, sofia = Client(), Client()
    Journey(logto, other).sign_in("alice")
    Journey(logto, sofia).sign_in("sofia")
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    assert [is_signed_in(c) for c in (old, other, sofia)] == [False, False, True]


@pytest.mark.parametrize("engine", ["db", "cached_db", "cache"])
def test_many_sessions_end_by_as_few_statements_as_one(
    engine, settings, tmp_path, logto
):
    use(engine, settings, tmp_path)

    def statements(count):
        for _ in range(count):
            Journey(logto, Client()).sign_in("alice")
        with CaptureQueriesContext(connection) as queries:
            assert end_sessions(LogtoSession.objects.all()) == count
        return len(queries)

    assert statements(1) == statements(12)


def test_a_password_sign_in_leaves_no_tokens_of_who_was_here(journey):
    get_user_model().objects.create_user("pat")
    journey.sign_in("alice")
    journey.client.get("/become-pat/")
    assert not LogtoSession.objects.exists()
    assert not is_signed_in(journey.client)
    assert journey.client.get("/protected/").json()["user"] == "pat"


def test_who_signs_in_again_as_the_same_user_keeps_theirs(journey):
    journey.sign_in("alice")
    get_user_model().objects.update(username="pat")
    journey.client.get("/become-pat/")
    assert LogtoSession.objects.count() == 1
    assert UsedLogoutToken.objects.count() == 0
    assert journey.client.get("/token/").status_code == 200


@pytest.mark.parametrize(
    ("engine", "queries"), [("db", 0), ("cache", 1), ("file", 1), ("cached_db", 1)]
)
def test_only_a_page_that_writes_its_session_asks_for_the_row(
    engine, queries, settings, tmp_path, journey
):
    use(engine, settings, tmp_path)
    journey.sign_in("alice")
    journey.client.get("/protected/")

    def asked(path):
        with CaptureQueriesContext(connection) as captured:
            journey.client.get(path)
        return [q for q in captured if "logto_auth_logtosession" in q["sql"]]

    assert asked("/protected/") == []
    assert len(asked("/touch/")) == queries
