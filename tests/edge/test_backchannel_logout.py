"""A sign-out at Logto ends the sessions here, wherever they are kept."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoSession
from tests.attacks.logout_tokens import is_signed_in, register, send
from tests.journey import Journey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.fixture
def sign_in(logto):
    """Sign somebody in, with a browser of their own; return the site's side of it."""
    register(logto)

    def sign_in(username, sid=True):
        logto.application.back_channel_logout_session_required = sid
        journey = Journey(logto, Client())
        assert journey.sign_in(username).status_code == 302
        return journey.client

    return sign_in


@pytest.mark.catalogue(103)
@pytest.mark.conformance("oidcc-client-test-rp-backchannel-rpinitlogout")
def test_the_session_of_the_sid_ends_and_no_other(engine, sign_in, logto):
    first, second, sofia = sign_in("alice"), sign_in("alice"), sign_in("sofia")
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    assert [is_signed_in(c) for c in (first, second, sofia)] == [True, False, True]
    assert LogtoSession.objects.count() == 2


@pytest.mark.catalogue(103)
def test_without_a_sid_every_session_of_the_person_ends(engine, sign_in, logto):
    first, second = sign_in("alice", sid=False), sign_in("alice", sid=False)
    sofia = sign_in("sofia", sid=False)
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    assert [is_signed_in(c) for c in (first, second, sofia)] == [False, False, True]


@pytest.mark.catalogue(103)
def test_the_sid_of_one_person_with_the_name_of_another_ends_nothing(sign_in, logto):
    alice, sofia = sign_in("alice"), sign_in("sofia")
    sub = logto.people["sofia"].sub
    logto.forge_logout_token = lambda claims, header: ({**claims, "sub": sub}, header)
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    assert is_signed_in(alice) and is_signed_in(sofia)


def test_a_sid_alone_is_enough(sign_in, logto):
    alice, sofia = sign_in("alice"), sign_in("sofia")
    logto.forge_logout_token = lambda claims, header: (
        {name: claims[name] for name in claims if name != "sub"},
        header,
    )
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    assert not is_signed_in(alice) and is_signed_in(sofia)


def test_a_sid_that_differs_in_case_alone_is_another(sign_in, logto):
    alice = sign_in("alice")
    LogtoSession.objects.update(sid=LogtoSession.objects.get().sid.swapcase())
    assert send(Client(), logto.logout_token("alice")).status_code == 200
    assert is_signed_in(alice)


@pytest.mark.catalogue(104)
def test_a_page_that_was_left_open_asks_for_a_sign_in(engine, sign_in, logto):
    alice = sign_in("alice")
    send(Client(), logto.logout_token("alice"))
    page = alice.get("/protected/")
    assert page.status_code == 302
    assert page["Location"].startswith("/logto/sign-in/")
    script = alice.get("/token/", HTTP_ACCEPT="application/json")
    assert script.status_code == 401


def test_the_row_follows_a_session_that_gets_another_key(engine, sign_in, logto):
    alice = sign_in("alice")
    alice.get("/change-password/")
    assert is_signed_in(alice)
    send(Client(), logto.logout_token("alice"))
    assert not is_signed_in(alice)


def test_who_signs_in_afterwards_is_signed_in(engine, sign_in, logto):
    alice = sign_in("alice")
    send(Client(), logto.logout_token("alice"))
    journey = Journey(logto, alice)
    journey.sign_in("alice", prompt="login")
    assert is_signed_in(alice)


def test_a_local_user_who_connected_an_account_is_signed_out(engine, logto):
    register(logto)
    pat = get_user_model().objects.create_user("pat", password="secret")
    client = Client()
    client.force_login(pat, backend=PASSWORD_BACKEND)
    page = client.post("/logto/connect/")
    start = page.content.decode().split("url=")[1].split('"')[0].replace("&amp;", "&")
    journey = Journey(logto, client)
    callback = journey.visitor.sign_in(start, "alice")
    client.get(callback.removeprefix("http://testserver"))
    assert LogtoSession.objects.get().account.user == pat
    send(Client(), logto.logout_token("alice"))
    assert client.get("/protected/").status_code == 302


def test_a_session_without_logto_is_not_looked_up(settings, django_assert_num_queries):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    pat = get_user_model().objects.create_user("pat")
    client = Client()
    client.force_login(pat, backend=PASSWORD_BACKEND)
    with django_assert_num_queries(1):
        assert client.get("/protected/").status_code == 200


@pytest.mark.parametrize(
    ("engine", "queries"), [("signed_cookies", 2), ("db", 2), ("cache", 1)]
)
def test_a_page_costs_one_query_more_only_where_the_cookie_is_the_session(
    engine, queries, settings, sign_in, django_assert_num_queries
):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    alice = sign_in("alice")
    with django_assert_num_queries(queries):  # of the database engine: its session
        assert alice.get("/protected/").status_code == 200
