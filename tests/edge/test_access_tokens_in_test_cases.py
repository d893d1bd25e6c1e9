"""Access tokens where a test has a transaction around it, as in `TestCase`."""

import pytest
from django.test import Client

from logto_auth.models import LogtoSession
from tests.asking import ENDED, ROTATION, TOKEN, said, stored, was_rotated
from tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_it_is_refreshed_and_kept(logto, client, later):
    Journey(logto, client).sign_in("alice")
    later(ENDED)
    logto.forget_calls()
    first = client.get("/token/").json()["token"]
    assert client.get("/token/").json()["token"] == first
    assert logto.count(TOKEN) == 1


@pytest.mark.parametrize("path", ["/token/", "/in-a-block/"])
def test_what_was_rotated_survives(logto, client, later, atomic, settings, path):
    settings.ROOT_URLCONF = "tests.edge.test_access_tokens_transactions"
    Journey(logto, client).sign_in("alice")
    old = stored()["refreshToken"]
    later(ROTATION)
    assert client.get(path, {"fail": 1}).status_code == 500
    assert was_rotated(logto, old)


def test_a_session_ends(logto, client, later, atomic, caplog):
    caplog.set_level("INFO", "logto_auth")
    Journey(logto, client).sign_in("alice")
    later(ENDED)
    logto.suspend("alice")
    assert client.get("/token/").status_code == 302
    assert not LogtoSession.objects.exists()
    assert len(said(caplog, "session_ended")) == 1
