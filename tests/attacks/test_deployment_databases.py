"""Views in transactions, and a replica that lags behind."""

import contextlib
import sqlite3

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession, UsedAttempt
from tests.journey import Journey

pytestmark = pytest.mark.django_db
User = get_user_model()


# Transactions around views


@pytest.fixture
def atomic_requests():
    """A site whose every view is a transaction."""
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    yield
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = False


@pytest.mark.catalogue(16, 118)
def test_a_view_that_is_a_transaction_does_not_forget_that_a_code_was_sent(
    journey, hooks, atomic_requests
):
    def fail(self, *args, **kwargs):
        raise RuntimeError("the site's own hook")

    hooks(may_sign_in=fail)
    journey.client.raise_request_exception = False
    callback = journey.callback_url()
    journey.logto.forget_calls()
    assert journey.client.get(callback).status_code == 500
    hooks()
    assert UsedAttempt.objects.count() == 1
    assert journey.client.get(callback)["Location"].startswith(journey.logto.endpoint)
    paths = [call.path for call in journey.logto.calls]
    assert paths.count("/oidc/token") == 1


@pytest.mark.catalogue(118)
def test_a_whole_visit_works_where_every_view_is_a_transaction(
    journey, atomic_requests
):
    visit(journey, "ada")


# A database to write to, and one to read from that lags behind


class Lagging:
    """Reads from a replica that has heard of nothing since the tests began.

    Django's own sessions and users are read where they are written: it could not sign
    anybody in otherwise.
    """

    def db_for_read(self, model, **hints):
        return "replica" if model._meta.app_label == "logto_auth" else "default"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, one, other, **hints):
        return True


class LaggingAltogether(Lagging):
    """The same for users, as where nobody has thought of it; only sessions are not."""

    def db_for_read(self, model, **hints):
        return "default" if model is Session else "replica"


@pytest.fixture
def replica(tmp_path, transactional_db):
    """A second database, as empty as the first one is at the beginning."""
    if connection.vendor != "sqlite":
        pytest.skip("a copy of a database is made of SQLite's; routers know no other")
    connection.ensure_connection()
    path = tmp_path / "replica.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    connections.databases["replica"] = {
        **connections.databases["default"],
        "NAME": str(path),
    }
    # Django's tests let no other database be opened than those of the settings.
    connections["replica"].connect()
    yield
    connections["replica"].close()
    del connections["replica"]
    del connections.databases["replica"]


def visit(journey, name):
    """Sign in, come back, be refused, connect another account, and sign out."""
    client = journey.client
    assert journey.sign_in(name, next="/protected/")["Location"] == "/protected/"
    assert client.get("/protected/").json()["user"] == name
    for _ in range(2):
        assert journey.sign_in(name, prompt="login").status_code == 302
    again = Journey(journey.logto, Client())
    assert again.sign_in(name).status_code == 302
    assert User.objects.using("default").count() == 1
    assert LogtoAccount.objects.using("default").count() == 1
    assert LogtoSession.objects.using("default").count() == 2
    assert client.get("/logto/user/").json()["isAuthenticated"] is True
    assert client.post("/logto/sign-out/").status_code == 200
    assert LogtoSession.objects.using("default").count() == 1
    assert client.get("/logto/user/").json() == {"isAuthenticated": False}


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(118)
@pytest.mark.parametrize("is_atomic", [True, False])
@pytest.mark.parametrize("name", ["sofia", "olivia"])
def test_a_replica_that_lags_behind_changes_nothing(
    journey, settings, request, replica, name, is_atomic
):
    """Of one with identities, and of one whose claims are too many for the session."""
    from logto_auth.testing import Organization

    if is_atomic:
        request.getfixturevalue("atomic_requests")
    if name == "olivia":
        journey.logto.people["olivia"].organizations = [
            Organization(id=f"organization{number}", name="O") for number in range(99)
        ]
    settings.DATABASE_ROUTERS = [f"{__name__}.Lagging"]
    visit(journey, name)
    assert not LogtoAccount.objects.using("replica").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(80, 118)
def test_who_is_new_to_a_replica_is_not_made_twice_and_nobody_else(
    journey, settings, replica
):
    settings.DATABASE_ROUTERS = [f"{__name__}.LaggingAltogether"]
    User.objects.create_user("alice")
    for _ in range(2):
        assert journey.sign_in(next="/a/", prompt="login").status_code == 302
        # Django asks the replica who that is, and so knows nobody.
        assert journey.client.get("/logto/user/").json() == {"isAuthenticated": False}
    assert User.objects.using("default").count() == 2
    assert LogtoAccount.objects.using("default").count() == 1
    settings.DATABASE_ROUTERS = []
    assert journey.client.get("/protected/").json()["user"] == "alice-2"
