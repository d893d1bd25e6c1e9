"""``manage.py logto_change_issuer``: a new address of Logto's is no new user base."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.accounts.issuer_change import CHUNK, change_issuer
from logto_auth.models import LogtoAccount, LogtoSession, account_key
from tests.journey import Journey

pytestmark = pytest.mark.django_db
User = get_user_model()
OLD, NEW = "https://x.logto.app", "https://auth.example.com"


def change(*args):
    """Run the command; return what it says where, and whether it failed."""
    out, err, failure = io.StringIO(), io.StringIO(), ""
    try:
        call_command("logto_change_issuer", *args, stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), err.getvalue(), failure


def account_of(user, endpoint, subject):
    """Return a new account."""
    issuer = f"{endpoint}/oidc"
    return LogtoAccount.objects.create(
        key=account_key(issuer, subject), issuer=issuer, subject=subject, user=user
    )


def stored():
    """Return (issuer, subject, user) of all accounts; their keys are right."""
    accounts = list(LogtoAccount.objects.select_related("user").order_by("pk"))
    assert all(a.key == account_key(a.issuer, a.subject) for a in accounts)
    return [(a.issuer, a.subject, a.user.get_username()) for a in accounts]


@pytest.fixture
def crowd():
    """Makes many accounts of the old issuer."""

    def make(number):
        issuer = f"{OLD}/oidc"
        names = [f"user{n}" for n in range(number)]
        users = User.objects.bulk_create([User(username=name) for name in names])
        LogtoAccount.objects.bulk_create(
            LogtoAccount(
                key=account_key(issuer, name), issuer=issuer, subject=name, user=user
            )
            for name, user in zip(names, users, strict=True)
        )

    return make


@pytest.fixture
def alice():
    return User.objects.create_user("alice")


@pytest.fixture
def sofia():
    return User.objects.create_user("sofia")


@pytest.mark.parametrize("old", [OLD, f"{OLD}/", f"{OLD}/oidc", f"{OLD}/oidc/"])
@pytest.mark.parametrize("new", [NEW, f"{NEW}/oidc", NEW.replace("auth", "AUTH")])
def test_endpoints_and_issuers_are_understood(alice, sofia, old, new):
    account_of(alice, OLD, "sub-1")
    account_of(sofia, "https://another.logto.app", "sub-1")
    said, _, failure = change(old, new)
    assert said == f"Accounts moved to {NEW}/oidc: 1. Kept: 0.\n"
    assert failure == ""
    assert stored() == [
        (f"{NEW}/oidc", "sub-1", "alice"),
        ("https://another.logto.app/oidc", "sub-1", "sofia"),
    ]


@pytest.mark.parametrize("other", ["https://X.logto.app", "https://x.l\u00f3gto.app"])
def test_an_issuer_that_a_database_takes_for_the_old_one_is_another(
    alice, sofia, other
):
    """MariaDB compares text without case and accents."""
    account_of(alice, OLD, "sub-1")
    account_of(sofia, other, "sub-2")
    said, _, failure = change(OLD, NEW)
    assert (said, failure) == (f"Accounts moved to {NEW}/oidc: 1. Kept: 0.\n", "")
    assert stored() == [
        (f"{NEW}/oidc", "sub-1", "alice"),
        (f"{other}/oidc", "sub-2", "sofia"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("x.logto.app", NEW, "must be an address such as"),
        (OLD, "https://auth.example.com?x", "must hold no user, query or fragment"),
        (OLD, "https://" + "x" * 255, "must not be longer than 255 characters"),
        (OLD, f"{OLD}/oidc", "are the same issuer"),
        (OLD, f"{NEW}/oidc/oidc", "must be the address without /oidc"),
        ("https://y.logto.app", NEW, f"There are accounts of: {OLD}/oidc."),
    ],
)
def test_what_makes_no_sense_is_told(alice, old, new, complaint):
    account_of(alice, OLD, "sub-1")
    _, _, failure = change(old, new)
    assert complaint in failure
    assert stored() == [(f"{OLD}/oidc", "sub-1", "alice")]


def test_a_site_that_has_known_many_issuers_is_no_exception(alice):
    for number in range(12):
        account_of(alice, f"https://a{number:02}.logto.app", "sub-1")
    account_of(alice, OLD, "sub-1")
    assert change(OLD, NEW)[2] == ""


def test_a_dry_run_only_counts(crowd, caplog):
    crowd(3)
    before = stored()
    said, _, failure = change(OLD, NEW, "--dry-run")
    assert said == f"Accounts can be moved to {NEW}/oidc: 3. Kept: 0.\n"
    assert failure == ""
    assert stored() == before
    assert caplog.records == []


def test_two_people_are_never_made_one(alice, sofia, crowd):
    account_of(alice, OLD, "sub-1")
    account_of(sofia, NEW, "sub-1")
    crowd(2)
    said, complained, failure = change(OLD, NEW)
    assert said == f"Accounts moved to {NEW}/oidc: 2. Kept: 1.\n"
    told = f"sub-1, user {alice.pk}; at the new issuer {sofia.pk}"
    assert f"kept: {told}\n" in complained
    assert "were kept" in failure
    assert stored()[:2] == [
        (f"{OLD}/oidc", "sub-1", "alice"),
        (f"{NEW}/oidc", "sub-1", "sofia"),
    ]


def test_two_accounts_of_one_user_are_left_to_a_person_too(alice):
    account_of(alice, OLD, "sub-1")
    account_of(alice, NEW, "sub-1")
    before = stored()
    assert "were kept" in change(OLD, NEW)[2]
    assert stored() == before


def test_once_the_other_account_is_gone_a_second_run_moves_the_rest(alice, sofia):
    account_of(alice, OLD, "sub-1")
    account_of(sofia, NEW, "sub-1").delete()
    assert change(OLD, NEW)[2] == ""
    assert change(OLD, NEW)[0] == f"Accounts moved to {NEW}/oidc: 0. Kept: 0.\n"
    assert stored() == [(f"{NEW}/oidc", "sub-1", "alice")]


def test_what_was_broken_off_goes_on(crowd):
    crowd(CHUNK + 3)
    chunks = change_issuer(f"{OLD}/oidc", f"{NEW}/oidc")
    assert next(chunks).changed == CHUNK
    chunks.close()
    assert [row[0] for row in stored()].count(f"{NEW}/oidc") == CHUNK
    assert change(OLD, NEW)[0] == f"Accounts moved to {NEW}/oidc: 3. Kept: 0.\n"


def test_the_log_tells_what_was_done(crowd, caplog):
    caplog.set_level("INFO", "logto_auth")
    crowd(2)
    change(OLD, NEW)
    (record,) = caplog.records
    assert record.event == "issuer_changed"
    assert record.logto == {
        "old": f"{OLD}/oidc",
        "new": f"{NEW}/oidc",
        "changed": 2,
        "kept": 0,
    }


def test_it_costs_a_few_statements_for_five_hundred_accounts(crowd):
    crowd(2 * CHUNK + 200)
    with CaptureQueriesContext(
        connection,
    ) as context:
        change(OLD, NEW)
    statements = [
        query["sql"]
        for query in context.captured_queries
        if query["sql"].startswith(("SELECT", "UPDATE"))
    ]
    selects = [sql for sql in statements if sql.startswith("SELECT")]
    assert len(selects) == 2 * 3 + 2
    assert len(statements) - len(selects) <= 3 * 3
    assert not any('"userinfo"' in sql or "`userinfo`" in sql for sql in selects)
    assert {row[0] for row in stored()} == {f"{NEW}/oidc"}


def test_somebody_who_signs_in_at_the_new_address_meanwhile_stays(alice, sofia, crowd):
    account_of(alice, OLD, "sub-1")
    crowd(2)
    signed_in = []

    def sign_in_late(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if " IN (" in sql and not signed_in:
            signed_in.append(True)
            account_of(sofia, NEW, "sub-1")
        return result

    with connection.execute_wrapper(sign_in_late):
        said, complained, _ = change(OLD, NEW)
    assert said == f"Accounts moved to {NEW}/oidc: 2. Kept: 1.\n"
    assert f"kept: sub-1, user {alice.pk}; at the new issuer {sofia.pk}" in complained


def test_too_many_first_sign_ins_meanwhile_ask_for_another_run(alice, sofia):
    account_of(alice, OLD, "sub-1")

    def always_taken(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            raise IntegrityError("duplicate key value violates a unique constraint")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(always_taken):
        assert "Run it again" in change(OLD, NEW)[2]
    assert change(OLD, NEW)[2] == ""


def test_it_is_told_what_is_still_to_be_done(alice, settings):
    account_of(alice, OLD, "sub-1")
    told = f'Set LOGTO["ENDPOINT"] to {NEW} and restart.'
    assert told in change(OLD, NEW)[1]
    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": NEW}
    assert change(OLD, NEW)[1] == ""


@pytest.fixture
def move(logto, monkeypatch, settings):
    """Gives Logto another address and returns the old and the new one."""

    def to_another():
        from django.core.cache import cache

        from logto_auth.engine.provider import forget_providers

        old, new = logto.endpoint, logto.endpoint.replace("localhost", "127.0.0.1")
        monkeypatch.setattr(logto, "endpoint", new)
        settings.LOGTO = {**settings.LOGTO, "ENDPOINT": new}
        forget_providers()
        cache.clear()
        return old, new

    return to_another


def test_after_a_move_people_are_who_they_were_and_still_signed_in(journey, move):
    journey.sign_in()
    user = User.objects.get()
    old, new = move()
    assert change(old, new)[2] == ""
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]
    assert LogtoSession.objects.get().account.issuer == f"{new}/oidc"
    elsewhere = Journey(journey.logto, Client())
    assert elsewhere.sign_in()["Location"] == "/"
    assert elsewhere.client.get("/protected/").json()["user"] == user.username
    assert journey.sign_in(prompt="login")["Location"] == "/"
    assert User.objects.get() == user
    assert LogtoAccount.objects.count() == 1


def test_a_sign_in_that_is_under_way_meanwhile_is_refused(journey, move):
    callback = journey.callback_url()
    change(*move())
    response = journey.client.get(callback)
    assert response.context["error"].code == "authorization_response_invalid"
    assert response.context["error"].reason == "wrong_issuer"
    assert not User.objects.exists()
    assert journey.sign_in()["Location"] == "/"


def test_without_the_command_they_would_be_somebody_else(journey, move):
    journey.sign_in()
    move()
    Journey(journey.logto, Client()).sign_in()
    assert User.objects.count() == 2
