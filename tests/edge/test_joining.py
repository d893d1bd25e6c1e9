"""``JOIN_BY_EMAIL``: a first sign-in joins a local user, or does not."""

import contextlib
import logging
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.test import Client

from logto_auth.models import LogtoAccount, account_key
from tests.journey import Journey, at_once

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture(autouse=True)
def joining(logto, settings):
    """The switch, on."""
    settings.LOGTO = {**settings.LOGTO, "JOIN_BY_EMAIL": True}


@pytest.fixture
def address(logto):
    """Alice's address at Logto."""
    return logto.people["alice"].email


@pytest.fixture
def local(db, address):
    """A user of the site from before Logto, who has Alice's address."""
    return User.objects.create_user("wonder", address, "white rabbit")


def events(caplog, name):
    """Return the fields of each such event."""
    records = [r for r in caplog.records if getattr(r, "event", "") == name]
    return [record.logto for record in records]


def reasons(caplog):
    return [fields["reason"] for fields in events(caplog, "user_not_joined")]


def signed_in_as(journey):
    return User.objects.get(pk=journey.client.session["_auth_user_id"])


def test_the_one_local_user_with_the_address_is_joined(journey, local, caplog):
    caplog.set_level(logging.DEBUG, "logto_auth")
    alice = journey.logto.people["alice"]
    key = account_key(journey.logto.issuer, alice.sub)
    assert journey.sign_in().status_code == 302
    assert signed_in_as(journey) == local
    account = LogtoAccount.objects.get()
    assert (account.user, account.key) == (local, key)
    assert account.userinfo["sub"] == alice.sub
    joined = {"user": local.pk, "account": key[:12]}
    assert events(caplog, "user_joined") == [joined]
    assert reasons(caplog) == []
    assert events(caplog, "user_created") == []
    assert alice.email not in caplog.text
    assert Journey(journey.logto, Client()).sign_in().status_code == 302
    assert User.objects.get() == local
    assert len(events(caplog, "user_joined")) == 1


def test_the_password_works_as_before(journey, local):
    password = local.password
    journey.sign_in()
    local.refresh_from_db()
    assert local.password == password
    assert Client().login(username="wonder", password="white rabbit")


@pytest.mark.catalogue(75)
def test_off_is_the_default(journey, local, settings):
    settings.LOGTO = {
        name: value for name, value in settings.LOGTO.items() if name != "JOIN_BY_EMAIL"
    }
    journey.sign_in()
    assert signed_in_as(journey) != local


def test_who_is_joined_is_not_new_and_keeps_what_does_not_follow(
    journey, local, settings, hooks
):
    fields = {"first_name": "given_name", "last_name": ("family_name", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    told = []
    hooks(update_user=lambda self, user, *, is_new: told.append((user, is_new)))
    User.objects.update(first_name="Wonder", last_name="Land")
    journey.sign_in()
    local.refresh_from_db()
    assert (local.first_name, local.last_name) == ("Wonder", "Liddell")
    assert told == [(local, False)]


@pytest.mark.parametrize("stored", ["ALICE@EXAMPLE.COM", "Alice@Example.com"])
def test_case_makes_no_difference(journey, address, stored):
    assert stored.lower() == address
    local = User.objects.create_user("wonder")
    User.objects.update(email=stored)
    journey.sign_in()
    assert signed_in_as(journey) == local
    local.refresh_from_db()
    assert local.email == stored


# Who is never joined


@pytest.mark.catalogue(75)
@pytest.mark.parametrize(
    ("field", "reason"),
    [("is_staff", "staff"), ("is_superuser", "superuser"), ("is_active", "inactive")],
)
@pytest.mark.parametrize("verified", [True, False])
def test_staff_superusers_and_inactive_users_are_never_joined(
    journey, local, caplog, field, reason, verified
):
    User.objects.update(**{field: field != "is_active"})
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "email_verified": verified,
    }
    assert journey.sign_in().status_code == 302
    assert signed_in_as(journey) != local
    assert not (signed_in_as(journey).is_staff or signed_in_as(journey).is_superuser)
    assert not LogtoAccount.objects.filter(user=local).exists()
    (told,) = events(caplog, "user_not_joined")
    assert told["reason"] == (reason if verified else "unverified")
    assert told["users"] == str(local.pk)


@pytest.mark.catalogue(76)
@pytest.mark.parametrize("verified", [False, None, "true", "false", "", 1, [True], {}])
def test_only_an_address_that_is_verified_joins(journey, local, caplog, verified):
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "email_verified": verified,
    }
    journey.sign_in()
    assert signed_in_as(journey) != local
    assert reasons(caplog) == ["unverified"]


@pytest.mark.catalogue(75, 76, 77)
@pytest.mark.parametrize(
    ("signed", "told"),
    [
        ({"email_verified": True}, {"email": "wonder@example.com"}),
        (
            {"email": "wonder@example.com", "email_verified": False},
            {"email_verified": True},
        ),
    ],
    ids=["another address in userinfo", "another address in the ID token"],
)
def test_what_one_document_says_is_verified_is_not_the_address_of_the_other(
    journey, caplog, signed, told
):
    victim = User.objects.create_user("wonder", "wonder@example.com")

    def sign(claims, header):
        return {**without_address(claims), **signed}, header

    journey.logto.forge_id_token = sign
    journey.logto.forge_userinfo = lambda document: {
        **without_address(document),
        **told,
    }
    journey.sign_in()
    assert signed_in_as(journey) != victim
    assert reasons(caplog) == ["unverified"]


def without_address(document):
    return {name: document[name] for name in document if not name.startswith("email")}


@pytest.mark.catalogue(75)
def test_two_users_with_the_address_are_one_too_many(journey, local, address, caplog):
    other = User.objects.create_user("queen", address.upper(), is_active=False)
    journey.sign_in()
    assert signed_in_as(journey) not in (local, other)
    assert reasons(caplog) == ["several"]


@pytest.mark.catalogue(77)
@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("m\u0131ke@example.com", "mike@example.com"),
        ("mike@example.com", "m\u0131ke@example.com"),
        ("mi\u212ae@example.com", "mike@example.com"),
        ("mike@example.com", "mi\u212ae@example.com"),
        ("m\u00edke@example.com", "mike@example.com"),
        ("mike@ex\u00e4mple.com", "mike@example.com"),
        ("mike@example.com", "mike@ex\u0430mple.com"),
        ("mike@ex\u00e4mple.com", "mike@exa\u0308mple.com"),
        ("mike@EX\u00c4MPLE.com", "mike@ex\u00e4mple.com"),
        ("m.ike@example.com", "mike@example.com"),
        ("mike+1@example.com", "mike@example.com"),
        ("mike@example.com ", "mike@example.com"),
        ("mike@example.com\u200b", "mike@example.com"),
        ("mikeX@example.com", "mike_@example.com"),
        ("mikeX@example.com", "mike%@example.com"),
    ],
)
def test_addresses_that_only_look_alike_are_two(journey, caplog, stored, told):
    local = User.objects.create_user("mike")
    User.objects.update(email=stored)
    journey.logto.forge_userinfo = lambda document: {**document, "email": told}
    assert journey.sign_in().status_code == 302
    assert signed_in_as(journey) != local
    assert not LogtoAccount.objects.filter(user=local).exists()
    assert reasons(caplog) == []


def test_an_address_beyond_ascii_joins_when_it_is_the_same(journey):
    local = User.objects.create_user("mike", "mike@ex\u00e4mple.com")
    look_alike = User.objects.create_user("other", "mike@exa\u0308mple.com")
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "email": "mike@ex\u00e4mple.com",
    }
    journey.sign_in()
    assert signed_in_as(journey) == local
    assert signed_in_as(journey) != look_alike


@pytest.mark.catalogue(77)
def test_a_look_alike_is_no_second_candidate(journey, local, address):
    User.objects.create_user("other", address.replace("i", "\u0131"))
    User.objects.create_user("third", address.replace("i", "\u00ed"))
    journey.sign_in()
    assert signed_in_as(journey) == local


@pytest.mark.parametrize("told", [None, "", "alice", ["alice@example.com"], {}, 7])
def test_what_is_no_address_joins_nobody(journey, caplog, told):
    local = User.objects.create_user("wonder", "" if told is None else str(told))
    journey.logto.forge_userinfo = lambda document: {**document, "email": told}
    assert journey.sign_in().status_code == 302
    assert signed_in_as(journey) != local
    assert reasons(caplog) == []


def test_an_address_that_this_package_made_up_joins_nobody(journey):
    made_up = f"{'0' * 24}@logto.invalid"
    local = User.objects.create_user("wonder", made_up)
    journey.logto.people["alice"].email = made_up.upper()
    journey.sign_in()
    assert signed_in_as(journey) != local


@pytest.mark.catalogue(77)
def test_an_address_that_now_is_somebody_elses_does_not_lead_to_the_old_user(
    journey, local, caplog
):
    journey.sign_in()
    journey.logto.people["alice"].email = "alice@wonderland.example"
    journey.logto.people["ada"].email = local.email
    other = Journey(journey.logto, Client())
    other.sign_in("ada")
    assert signed_in_as(other) != local
    assert reasons(caplog) == ["has_account"]
    assert LogtoAccount.objects.filter(user=local).count() == 1


def test_an_account_of_another_issuer_does_not_stand_in_the_way(journey, local):
    LogtoAccount.objects.create(
        key="0" * 64, issuer="https://old.example/oidc", subject="old", user=local
    )
    journey.sign_in()
    assert signed_in_as(journey) == local


@pytest.mark.catalogue(77)
def test_who_is_known_is_not_joined_again(journey, local):
    ada = Journey(journey.logto, Client())
    ada.sign_in("ada")
    known = signed_in_as(ada)
    journey.logto.people["ada"].email = local.email
    again = Journey(journey.logto, Client())
    again.sign_in("ada")
    assert signed_in_as(again) == known != local


# What else the site decides


def test_the_site_is_asked_about_the_user_who_would_be_joined(journey, local, hooks):
    asked = []
    hooks(may_sign_in=lambda self, user: asked.append(user))
    with pytest.raises(TypeError):
        journey.sign_in()
    hooks(may_sign_in=lambda self, user: user.username != "wonder")
    response = journey.sign_in()
    assert response.context["error"].code == "sign_in_not_allowed"
    assert asked == [local]
    assert User.objects.get() == local
    assert not LogtoAccount.objects.exists()


def test_with_creation_off_joining_is_a_way_in(journey, local, settings):
    settings.LOGTO = {**settings.LOGTO, "CREATE_USERS": False}
    assert journey.sign_in().status_code == 302
    assert signed_in_as(journey) == local
    other = Journey(journey.logto, Client())
    response = other.sign_in("ada")
    assert response.context["error"].code == "account_unknown"
    assert User.objects.get() == local


@pytest.mark.catalogue(75, 80)
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_staff": True}, "staff"),
        ({"is_active": False}, "inactive"),
        ({"email": "other@example.com"}, "changed"),
        (None, "deleted"),
    ],
)
def test_what_changes_at_the_last_moment_counts(
    journey, local, hooks, caplog, changes, reason
):
    asked = []

    def may_sign_in(self, user):
        asked.append(user and user.username)
        rows = User.objects.filter(username="wonder")
        rows.update(**changes) if changes else rows.delete()
        return True

    hooks(may_sign_in=may_sign_in)
    assert journey.sign_in().status_code == 302
    assert signed_in_as(journey).username == "alice"
    assert asked == ["wonder", None]
    assert reasons(caplog) == [reason]


@pytest.mark.catalogue(78)
def test_a_refusal_of_the_database_joins_nobody(journey, local, caplog):
    def refuse(sender, instance, **kwargs):
        if instance.user == local:
            raise IntegrityError("duplicate key value violates a unique constraint")

    pre_save.connect(refuse, sender=LogtoAccount)
    try:
        assert journey.sign_in().status_code == 302
    finally:
        pre_save.disconnect(refuse, sender=LogtoAccount)
    assert signed_in_as(journey) != local
    assert reasons(caplog) == ["IntegrityError"]
    assert events(caplog, "user_joined") == []


# What the site says


def test_the_site_may_say_that_somebody_is_not_joined(journey, local, hooks, caplog):
    asked = []

    def may_join(self, user):
        asked.append(user)
        return False

    hooks(may_join=may_join)
    assert journey.sign_in().status_code == 302
    assert asked == [local]
    assert signed_in_as(journey) != local
    assert reasons(caplog) == ["may_join"]


def test_the_site_is_not_asked_about_whom_nobody_would_join(journey, local, hooks):
    User.objects.filter(pk=local.pk).update(is_staff=True)
    hooks(may_join=lambda self, user: pytest.fail("asked"))
    assert journey.sign_in().status_code == 302


@pytest.mark.parametrize("answer", [None, "yes", 1])
def test_an_answer_that_is_neither_yes_nor_no_is_an_error(
    journey, local, hooks, answer
):
    hooks(may_join=lambda self, user: answer)
    with pytest.raises(TypeError, match="may_join"):
        journey.sign_in()
    assert not LogtoAccount.objects.exists()


def test_what_the_user_model_refuses_joins_nobody(journey, local, hooks):
    User.objects.create_user("taken")

    def update_user(self, user, *, is_new):
        user.username = "taken"

    hooks(update_user=update_user)
    assert journey.sign_in().status_code == 409
    assert not LogtoAccount.objects.exists()


def test_a_placeholder_address_is_never_claimed(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "JOIN_BY_EMAIL": False}
    journey.logto.people["alice"].email = "0123456789abcdef@logto.invalid"
    journey.sign_in()
    assert User.objects.get().email == ""


# Many at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(78)
@pytest.mark.parametrize("creates", [True, False])
def test_parallel_first_sign_ins_join_once_and_all_get_in(
    logto, local, settings, caplog, creates
):
    settings.LOGTO = {**settings.LOGTO, "CREATE_USERS": creates}
    journeys = [Journey(logto, Client()) for _ in range(4)]
    urls = [journey.callback_url() for journey in journeys]
    finish = [
        (journey.client, url) for journey, url in zip(journeys, urls, strict=True)
    ]
    statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * 4
    assert [signed_in_as(journey) for journey in journeys] == [local] * 4
    assert User.objects.get() == local
    assert LogtoAccount.objects.get().user == local
    assert len(events(caplog, "user_joined")) == 1
    assert reasons(caplog) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(78)
def test_of_two_people_with_one_address_only_one_joins(logto, local, hooks):
    names = ["alice", "ada", "sofia"]
    for name in names:
        logto.people[name].email = local.email
    have_found = threading.Barrier(len(names), timeout=60)
    hooks(may_sign_in=lambda self, user: user is None or have_found.wait() is not None)
    # They meet there only if none had to wait for another to be done.
    about_to_write = threading.Barrier(len(names), timeout=1)

    def meet(sender, instance, **kwargs):
        with contextlib.suppress(threading.BrokenBarrierError):
            about_to_write.wait()

    journeys = [Journey(logto, Client()) for _ in names]
    finish = [
        (journey.client, journey.callback_url(name))
        for journey, name in zip(journeys, names, strict=True)
    ]
    pre_save.connect(meet, sender=LogtoAccount)
    try:
        statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    finally:
        pre_save.disconnect(meet, sender=LogtoAccount)
    assert about_to_write.broken
    assert statuses == [302] * 3
    assert LogtoAccount.objects.filter(user=local).count() == 1
    assert User.objects.count() == 3


@pytest.mark.django_db(transaction=True)
async def test_joining_works_on_an_event_loop(journey_async):
    address = journey_async.logto.people["alice"].email
    local = await User.objects.acreate_user("wonder", address)
    assert (await journey_async.sign_in()).status_code == 302
    account = await LogtoAccount.objects.aget()
    assert account.user_id == local.pk
