"""What databases end because two wait for each other is tried again, or never waits."""

import contextlib
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection

from logto_auth.accounts.deadlocks import in_transaction
from logto_auth.models import LinkedIdentity, LogtoAccount
from tests.edge.connect_journey import visitor_of
from tests.edge.telling import social, tells
from tests.journey import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]
User = get_user_model()


@pytest.fixture
def deleting():
    """Delete rows in a thread that pauses before it deletes the account's own.

    ``with deleting(queryset): ...`` begins it; it goes on a moment later.
    """

    @contextlib.contextmanager
    def begin(rows):
        halfway, goes_on, errors = threading.Event(), threading.Event(), []

        def pause(execute, sql, params, many, context):
            if sql.startswith("DELETE") and "logto_auth_logtoaccount" in sql:
                halfway.set()
                goes_on.wait(5)
            return execute(sql, params, many, context)

        def delete():
            try:
                with connection.execute_wrapper(pause):
                    rows.delete()
            except OperationalError as error:
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=delete)
        thread.start()
        assert halfway.wait(5)
        threading.Timer(0.4, goes_on.set).start()
        yield
        thread.join()
        assert not errors

    return begin


@pytest.mark.catalogue(80)
@pytest.mark.parametrize("model", [User, LogtoAccount])
def test_who_is_deleted_while_the_sign_in_is_written_reads_so(
    journey, refused, deleting, model
):
    """Or is new, where only one may write at all."""
    tells(journey.logto, identities={"naver": social("n1", name="one")})
    journey.sign_in()
    assert LinkedIdentity.objects.exists()
    url = journey.callback_url(prompt="login")
    tells(journey.logto, identities={"naver": social("n1", name="two")})
    with deleting(model.objects.all()):
        response = journey.client.get(url)
    if connection.vendor == "sqlite":
        assert response.status_code == 302
        assert LinkedIdentity.objects.get().account == LogtoAccount.objects.get()
        return
    refused(response, "account_not_created", "deleted")
    assert not LogtoAccount.objects.exists()
    assert not LinkedIdentity.objects.exists()


def test_accounts_that_one_user_connects_at_once_do_not_wait_in_a_circle(
    logto, settings
):
    fields = {"first_name": ("name", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    for number in range(8):
        user = User.objects.create_user(f"pat {number}", password="secret")
        visitors = [visitor_of(logto, user) for _ in range(3)]
        names = ("alice", "ada", "olivia")
        urls = [v.back(name) for v, name in zip(visitors, names, strict=True)]
        calls = [(v.client, url) for v, url in zip(visitors, urls, strict=True)]
        responses = at_once(lambda client, url: client.get(url), calls)
        assert {response.status_code for response in responses} == {302}
        assert user.logto_accounts.count() == 3
        user.delete()


@pytest.fixture
def pair(db):
    return [User.objects.create_user(name) for name in ("tweedledee", "tweedledum")]


def test_a_transaction_that_was_ended_for_another_is_tried_again(pair):
    both_hold_one, tries = threading.Barrier(2), []

    def lock(first, second):
        def work():
            tries.append(first)
            User.objects.filter(pk=first.pk).update(first_name=f"after {first}")
            # Where only one may write at all, nobody else comes here.
            with contextlib.suppress(threading.BrokenBarrierError):
                both_hold_one.wait(0.5)
            User.objects.filter(pk=second.pk).update(last_name=f"after {first}")
            return first

        return in_transaction(work)

    assert set(at_once(lock, [tuple(pair), tuple(reversed(pair))])) == set(pair)
    assert len(tries) == (2 if connection.vendor == "sqlite" else 3)


def test_a_part_of_somebody_elses_transaction_is_theirs_to_try_again(pair):
    tries = []

    def fail():
        tries.append(1)
        raise OperationalError(1213, "Deadlock found when trying to get lock")

    with pytest.raises(OperationalError):
        in_transaction(lambda: in_transaction(fail))
    assert len(tries) == 2, "the outer one is tried again"


def test_what_is_no_deadlock_is_not_tried_again(db):
    tries = []

    def fail():
        tries.append(1)
        raise OperationalError("database is locked")

    with pytest.raises(OperationalError):
        in_transaction(fail)
    assert len(tries) == 1
