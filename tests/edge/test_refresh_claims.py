"""What a refresh tells of the person: here at once, gone when it is gone."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logto_auth.testing import Organization
from tests.asking import ENDED, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]


@pytest.fixture
def renewing(asker, later):
    """Let a visitor's page refresh; ``renewing(asker)`` returns what it shows."""

    def renew(who=asker):
        later(ENDED)
        return claims_in(who.ask())

    return renew


def claims_in(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["claims"]


def test_other_roles_are_there_in_the_same_request_and_the_next(asker, logto, renewing):
    asker.sign_in("alice")
    logto.people["alice"].roles = ("reader", "editor")
    assert asker.known()["roles"] == ["librarian", "reader"]
    assert renewing()["roles"] == ["reader", "editor"]
    assert asker.known()["roles"] == ["reader", "editor"]
    assert claims_in(asker.ask())["roles"] == ["reader", "editor"]


def test_other_sessions_have_them_from_their_own_refresh_on(asker, logto, renewing):
    other = asker.beside()
    asker.sign_in("alice")
    other.sign_in("alice")
    logto.people["alice"].roles = ()
    assert renewing()["roles"] == []
    assert other.known()["roles"] == ["librarian", "reader"]
    assert claims_in(other.ask())["roles"] == []
    assert other.known()["roles"] == []


def test_claims_that_logto_no_longer_makes_are_gone(asker, logto, renewing):
    asker.sign_in("alice")
    assert asker.known()["email"]
    logto.forge_id_token = lambda claims, header: (
        {name: claims[name] for name in claims if name not in ("email", "roles")},
        header,
    )
    assert not {"email", "roles"} & renewing().keys()
    assert not {"email", "roles"} & asker.known().keys()


def test_the_session_is_not_written_when_nothing_is_new(asker, renewing):
    asker.sign_in("alice")
    before = Session.objects.get().session_data
    with CaptureQueriesContext(connection) as context:
        renewing()
    saved = [query["sql"] for query in context if "django_session" in query["sql"]]
    assert not [sql for sql in saved if not sql.startswith("SELECT")]
    assert Session.objects.get().session_data == before


def test_it_is_written_once_when_something_is(asker, logto, renewing):
    asker.sign_in("alice")
    before = Session.objects.get().session_data
    logto.people["alice"].name = "Alice L."
    assert renewing()["name"] == "Alice L."
    after = Session.objects.get().session_data
    assert after != before
    claims_in(asker.ask())
    renewing()
    assert Session.objects.get().session_data == after


def organizations(count):
    return [Organization(f"organization{number:03}", "O") for number in range(count)]


def test_a_hundred_organizations_come_and_go(asker, logto, renewing):
    asker.sign_in("alice")
    logto.people["alice"].organizations = organizations(100)
    assert len(renewing()["organizations"]) == 100
    assert len(asker.known()["organizations"]) == 100
    assert len(Session.objects.get().session_data) < 2500
    logto.people["alice"].organizations = organizations(99)
    assert len(renewing()["organizations"]) == 99
    assert len(asker.known()["organizations"]) == 99
    logto.people["alice"].organizations = ()
    assert renewing()["organizations"] == []
    assert asker.known()["organizations"] == []


def test_what_databases_refuse_is_stored_without_it(asker, logto, renewing):
    asker.sign_in("alice")
    logto.people["alice"].name = "Al\0ice"
    assert renewing()["sub"] == logto.people["alice"].sub
    assert "\0" not in row().claims["name"]
    assert asker.token()


def test_a_view_that_fails_is_told_of_them_the_next_time(asker, logto, later):
    asker.sign_in("alice")
    asker.client.raise_request_exception = False
    logto.people["alice"].roles = ("editor",)
    later(ENDED)
    path = f"/{asker.prefix}token/"
    assert asker.client.get(path, {"fail": 1}).status_code == 500
    assert claims_in(asker.ask())["roles"] == ["editor"]
    assert asker.known()["roles"] == ["editor"]


def test_where_claims_are_in_the_row_that_tells_what_is_gone(asker, logto, later):
    logto.people["alice"].organizations = organizations(100)
    asker.sign_in("alice")
    assert {"email", "organizations"} <= asker.known().keys()
    asker.client.raise_request_exception = False
    logto.forge_id_token = lambda claims, header: (
        {name: claims[name] for name in claims if name != "email"},
        header,
    )
    later(ENDED)
    # Django saves no session of a view that fails.
    path = f"/{asker.prefix}token/"
    assert asker.client.get(path, {"fail": 1}).status_code == 500
    assert "email" not in asker.known()
    assert len(asker.known()["organizations"]) == 100
