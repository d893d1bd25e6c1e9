"""What is stored of a person becomes what Logto tells, in any order, however often."""

import json
import random

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from logto_auth.conf import logto_settings
from logto_auth.hooks import Hooks
from logto_auth.models import LinkedIdentity, LogtoAccount, SearchTerm
from logto_auth.testing.simulator.person import Identity
from tests.edge.converging import Post, account_of, entity, orders, signed_in
from tests.edge.telling import RECORDINGS, linked, recorded, social, tells
from tests.journey import Journey, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
User = get_user_model()
PEOPLE = ["alice", "sofia", "olivia", "emmy", "ada", "jiwoo", "noel"]


@pytest.fixture
def post(logto, settings):
    return Post(logto, settings)


@pytest.fixture
def every_scope(settings):
    """Ask for all that Logto tells."""
    settings.LOGTO = {
        **settings.LOGTO,
        "SCOPES": (*logto_settings.SCOPES, "phone", "address", "custom_data"),
    }


@pytest.mark.parametrize("order", orders(range(3)))
def test_the_newest_wins_in_any_order(post, logto, order):
    signed_in(logto, "alice")
    post.take()
    sent = post.changes(
        "alice",
        {"name": "First", "email": "first@example.com"},
        {"name": "Second", "identities": {"naver": Identity("n2", {"name": "Two"})}},
        {"name": "Third", "identities": {"naver": Identity("n3", {"name": "Three"})}},
    )
    post.deliver(*(sent[number] for number in order))
    account = account_of(logto, "alice")
    assert account.userinfo["name"] == "Third"
    assert account.userinfo["email"] == "first@example.com"
    assert account.changed_at.timestamp() * 1000 == pytest.approx(
        logto.people["alice"].updated_at
    )
    assert linked() == {"naver": "n3"}
    terms = set(account.search_terms.values_list("term", flat=True))
    assert {"third", "first@example.com", "n3"} <= terms
    assert not {"second", "alice@example.com"} & terms


@pytest.mark.django_db(transaction=True)
def test_the_newest_wins_when_all_come_at_once(logto, settings):
    fields = {"first_name": ("name", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    post = Post(logto, settings)
    signed_in(logto, "alice")
    post.take()
    sent = post.changes(
        "alice",
        *(
            {"name": f"N{n}", "identities": {"naver": Identity(f"n{n}", {"name": "A"})}}
            for n in range(6)
        ),
    )
    random.Random(7).shuffle(sent)
    answers = at_once(post.post, [(item,) for item in sent])
    assert len(answers) == 6
    account = account_of(logto, "alice")
    assert account.userinfo["name"] == account.user.first_name == "N5"
    assert linked() == {"naver": "n5"}
    assert account.search_terms.filter(term="n5").exists()


def test_what_is_told_twice_is_as_good_as_told_once(post, logto):
    """By two webhooks in Logto, and again after something newer."""
    logto.hooks.append(type(logto.hooks[0])(**vars(logto.hooks[0]) | {"id": "second"}))
    signed_in(logto, "alice")
    post.take()
    first = post.changes("alice", {"name": "First"})
    assert len(first) == 2
    post.deliver(first[0])
    before = LogtoAccount.objects.values().get()
    post.deliver(*first)
    assert LogtoAccount.objects.values().get() == before
    newer = post.changes("alice", {"name": "Second"})
    post.deliver(newer[0], *first, newer[1])
    assert account_of(logto, "alice").userinfo["name"] == "Second"


@pytest.mark.usefixtures("every_scope")
def test_a_part_of_a_user_changes_that_part_alone(post, logto):
    signed_in(logto, "alice")
    post.take()
    before = account_of(logto, "alice").userinfo
    post.deliver(*post.changes("alice", {"custom_data": {"plan": "lead"}}))
    after = account_of(logto, "alice").userinfo
    assert after == {**before, "custom_data": {"plan": "lead"}}
    post.deliver(*post.changes("alice", {"profile": {"nickname": "lissie"}}))
    profile = account_of(logto, "alice").userinfo
    assert profile["nickname"] == "lissie"
    assert "zoneinfo" not in profile and "locale" not in profile
    assert profile["name"] == before["name"]
    assert profile["preferred_username"] == "alice"


@pytest.mark.usefixtures("every_scope")
def test_a_part_that_is_older_than_what_is_known_changes_nothing(post, logto):
    signed_in(logto, "alice")
    post.take()
    part = post.changes("alice", {"custom_data": {"plan": "lead"}})
    whole = post.changes("alice", {"name": "Alice", "custom_data": {"plan": "tin"}})
    post.deliver(*whole, *part)
    assert account_of(logto, "alice").userinfo["custom_data"] == {"plan": "tin"}


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"a": 1}, "matchedRoute": "/users/:userId/something-new"},
        {"data": {"a": 1}, "matchedRoute": ["/users/:userId/profile"]},
        {"data": ["a"], "matchedRoute": "/users/:userId/custom-data"},
        {"data": None},
        {"data": "text"},
        {"data": {"id": "alice0000001", "updatedAt": "yesterday"}},
        {"data": {"id": "alice0000001", "updatedAt": True}},
        {"data": {"id": "alice0000001", "updatedAt": 1e300}},
        {"data": {"id": "alice0000001", "updatedAt": None, "name": "Mallory"}},
        {"data": {"id": ["alice0000001"], "updatedAt": 4e12}, "params": None},
    ],
    ids=str,
)
def test_what_makes_no_sense_changes_nothing(post, logto, told):
    signed_in(logto, "alice")
    post.take()
    before = LogtoAccount.objects.values().get()
    logto.send_webhook("User.Data.Updated", "alice", **told)
    post.deliver()
    assert LogtoAccount.objects.values().get() == before


def test_members_of_another_kind_than_logtos_are_stored_as_userinfo_would_be(
    post, logto
):
    """And break neither identities nor search."""
    signed_in(logto, "sofia")
    post.take()
    logto.clock.advance(1)
    user = {
        **entity(logto, "sofia"),
        "updatedAt": logto.clock.milliseconds(),
        "identities": ["naver"],
        "profile": ["nickname"],
        "primaryEmail": {"a": 1},
        "name": "Sofia\0 K.",
        "isSuspended": "false",
    }
    logto.send_webhook("User.Data.Updated", "sofia", data=user)
    post.deliver()
    account = account_of(logto, "sofia")
    assert account.userinfo["identities"] == ["naver"]
    assert account.userinfo["email"] == {"a": 1}
    assert "\0" not in account.userinfo["name"]
    assert not account.is_suspended
    assert len(linked()) == 4, "what is no list of identities tells of none"


@pytest.mark.usefixtures("every_scope")
@pytest.mark.parametrize("username", PEOPLE)
def test_a_webhook_leaves_the_document_that_userinfo_tells(post, logto, username):
    """So that the next sign-in finds nothing to write."""
    signed_in(logto, username)
    post.take()
    person = logto.people[username]
    for change in (
        {"name": None, "picture": None, "email": None, "phone": None},
        {"name": "Somebody", "email": "new@example.com", "phone": "15550000000"},
        {"profile": {"nickname": "some", "address": {"formatted": "Street 1"}}},
        {"given_name": None, "family_name": "Else", "custom_data": {"a": [1, None]}},
        {"identities": {}, "profile": {}},
        {"identities": {"naver": Identity("n1", {"rawData": {"access_token": "x"}})}},
        {"custom_data": {}},
    ):
        post.deliver(*post.changes(username, change))
        told = account_of(logto, username)
        if "name" in change:
            assert told.userinfo["name"] == change["name"]
        logto.clock.advance(1)
        signed_in(logto, username, prompt="login")
        stored = account_of(logto, username)
        assert stored.userinfo_digest == told.userinfo_digest, change
        assert stored.synced_at == told.synced_at, change
        post.take()
    assert stored.userinfo["sub"] == person.sub


def of_webhook(name):
    """Return what a recorded webhook told."""
    (path,) = RECORDINGS.glob(f"*/{name}*json")
    return json.loads(json.loads(path.read_text())["request"]["raw_body"])


PAIRS = {
    "signed in": (lambda: of_webhook("webhook-022")["user"], "364-userinfo"),
    "registered": (lambda: of_webhook("webhook-062")["user"], "612-userinfo"),
}


@pytest.mark.usefixtures("every_scope")
@pytest.mark.parametrize("pair", PAIRS)
def test_recorded_users_become_what_userinfo_told_of_them_then(post, logto, pair):
    """Recorded at a real Logto, which told both at the same sign-in."""
    user, name = PAIRS[pair][0](), PAIRS[pair][1]
    told = recorded(name)
    person = logto.people["alice"]
    person.sub = told["sub"]
    logto.forge_userinfo = lambda document: {
        **{n: told[n] for n in ("sub", "sso_identities", "roles", "organizations")},
        **{n: v for n, v in told.items() if n.startswith("organization_")},
        "name": "Before",
        "nickname": "before",
        "updated_at": 1,
    }
    signed_in(logto, "alice")
    post.take()
    logto.send_webhook("User.Data.Updated", "alice", data=user)
    post.deliver()
    after = account_of(logto, "alice").userinfo
    logto.forge_userinfo = lambda document: {**told, "updated_at": user["updatedAt"]}
    digest = LogtoAccount.objects.get().userinfo_digest
    signed_in(logto, "alice", prompt="login")
    assert LogtoAccount.objects.get().userinfo_digest == digest
    assert LogtoAccount.objects.get().userinfo == after
    assert after["name"] == told["name"]
    assert after["identities"].keys() == told["identities"].keys()


def test_only_what_the_scopes_bring_is_stored(post, logto, settings):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile"]}
    signed_in(logto, "sofia")
    post.take()
    before = account_of(logto, "sofia").userinfo
    post.deliver(
        *post.changes(
            "sofia",
            {"name": "Sofia K.", "email": "new@example.com", "phone": "15550000000"},
            {"custom_data": {"secret": "no"}},
            {"name": "Sofia", "identities": {"naver": Identity("n1")}},
        )
    )
    after = account_of(logto, "sofia").userinfo
    assert after.keys() == before.keys()
    assert not {"email", "custom_data", "identities", "phone_number"} & after.keys()
    assert after["name"] == "Sofia"
    assert not LinkedIdentity.objects.exists()
    assert not SearchTerm.objects.filter(term="new@example.com").exists()


def test_without_the_scope_of_the_profile_nothing_of_it_is_stored(
    post, logto, settings
):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["email"]}
    signed_in(logto, "alice")
    post.take()
    post.deliver(*post.changes("alice", {"name": "Al", "email": "al@example.com"}))
    post.deliver(*post.changes("alice", {"profile": {"nickname": "al"}}))
    assert account_of(logto, "alice").userinfo == {
        "sub": "alice0000001",
        "email": "al@example.com",
        "email_verified": True,
    }


@pytest.mark.parametrize("unlinked", ["keep", "remove"])
def test_identities_follow_and_enterprise_ones_stay(post, logto, settings, unlinked):
    settings.LOGTO = {**settings.LOGTO, "UNLINKED_IDENTITIES": unlinked}
    tells(
        logto,
        identities={"naver": social("n1"), "facebook": social("f1")},
        sso_identities=[{"issuer": "https://idp", "identityId": "e1", "detail": {}}],
    )
    signed_in(logto, "alice")
    post.take()
    new = {"naver": Identity("n2", {"id": "n2", "name": "Neu", "email": "n@x.example"})}
    post.deliver(*post.changes("alice", {"name": "Alice", "identities": new}))
    assert linked() == {"naver": "n2", "https://idp": "e1"}
    assert LinkedIdentity.objects.count() == (4 if unlinked == "keep" else 2)
    terms = SearchTerm.objects.values_list("term", flat=True)
    assert {"n2", "neu", "n@x.example", "e1"} <= set(terms)
    assert ("f1" in terms) == (unlinked == "keep")


def test_secrets_that_a_provider_told_are_not_stored(post, logto):
    signed_in(logto, "alice")
    post.take()
    details = {"id": "n1", "rawData": {"access_token": "hush-hush", "nick": "al"}}
    post.deliver(
        *post.changes(
            "alice", {"name": "A", "identities": {"naver": Identity("n1", details)}}
        )
    )
    identity = LinkedIdentity.objects.get()
    assert identity.details["rawData"] == {"access_token": "(withheld)", "nick": "al"}
    assert "hush-hush" not in str(account_of(logto, "alice").userinfo)


def test_fields_that_follow_logto_follow_webhooks_and_others_stay(
    post, logto, settings, hooks
):
    fields = {"first_name": ("given_name", "sign_in"), "last_name": "family_name"}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    asked = []
    hooks(update_user=lambda self, user, *, is_new: asked.append(user))
    signed_in(logto, "alice")
    asked.clear()
    post.take()
    change = {"given_name": "Alicia", "family_name": "Hargreaves"}
    post.deliver(*post.changes("alice", change))
    user = account_of(logto, "alice").user
    assert (user.first_name, user.last_name) == ("Alicia", "Liddell")
    assert not asked, "a hook has a visitor and a request"


def test_a_name_that_is_taken_away_at_logto_is_emptied_here(post, logto, settings):
    fields = {"first_name": ("name", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    signed_in(logto, "alice")
    post.take()
    post.deliver(*post.changes("alice", {"name": None, "picture": None}))
    assert account_of(logto, "alice").user.first_name == ""


@pytest.mark.parametrize("moment", ["__init__", "may_sign_in"])
def test_a_sign_in_under_way_brings_nothing_older_back(
    post, logto, settings, hooks, moment
):
    """Logto has told of a change after it had answered the sign-in."""
    fields = {"first_name": ("name", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    signed_in(logto, "alice")
    logto.people["alice"].name = "Before"
    journey = Journey(logto, Client())
    callback = journey.callback_url()
    post.take()

    def meanwhile(self, *told):
        if len(told) == 2:
            Hooks.__init__(self, *told)
        post.deliver(*post.changes("alice", {"name": "After", "phone": "155"}))
        return None if len(told) == 2 else True

    hooks(**{moment: meanwhile})
    assert journey.client.get(callback).status_code == 302
    account = account_of(logto, "alice")
    assert account.userinfo["name"] == account.user.first_name == "After"
    assert account.last_sign_in_at is not None


def test_without_the_profile_a_sign_in_is_taken_for_the_newest(
    post, logto, settings, clock
):
    """Userinfo does not tell then of when it is."""
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["email"]}
    signed_in(logto, "alice")
    post.take()
    post.deliver(*post.changes("alice", {"email": "told@example.com", "name": "A"}))
    clock.shift(2)
    logto.people["alice"].email = "newest@example.com"
    signed_in(logto, "alice", prompt="login")
    assert account_of(logto, "alice").userinfo["email"] == "newest@example.com"


def test_a_webhook_that_overtakes_another_has_the_last_word_on_the_user(
    post, logto, settings
):
    """The older one was about to write the user's fields."""
    fields = {"first_name": ("name", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}
    signed_in(logto, "alice")
    post.take()
    older, newer = post.changes("alice", {"name": "Older"}, {"name": "Newer"})
    overtaking = [newer]

    def overtake(execute, sql, params, many, context):
        if "first_name" in sql and sql.startswith("UPDATE") and overtaking:
            post.deliver(overtaking.pop())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake):
        post.deliver(older)
    assert not overtaking
    account = account_of(logto, "alice")
    assert account.userinfo["name"] == account.user.first_name == "Newer"


def test_nobody_is_made_by_a_webhook(post, logto):
    logto.send_webhook("PostRegister", "alice")
    logto.send_webhook("User.Created", "alice")
    logto.suspend("alice")
    logto.delete("alice")
    assert len(post.deliver()) == 4
    assert not User.objects.exists()
    assert not LogtoAccount.objects.exists()


def test_somebody_of_another_issuer_is_somebody_else(post, logto):
    signed_in(logto, "alice")
    LogtoAccount.objects.update(issuer="https://old.example/oidc", key="0" * 64)
    before = LogtoAccount.objects.values().get()
    post.take()
    logto.suspend("alice")
    post.deliver()
    assert LogtoAccount.objects.values().get() == before
    assert User.objects.get().is_active


def test_an_address_finds_nobody(post, logto):
    """Who has the address now need not be who had it."""
    signed_in(logto, "alice")
    logto.people["sofia"].email = "alice@example.com"
    before = LogtoAccount.objects.values().get()
    post.take()
    logto.suspend("sofia")
    post.deliver()
    assert LogtoAccount.objects.values().get() == before


@pytest.mark.once
@pytest.mark.usefixtures("every_scope")
def test_without_time_zones_the_newest_wins_too(post, logto, settings):
    settings.USE_TZ = False
    settings.TIME_ZONE = "Asia/Bangkok"
    signed_in(logto, "alice")
    post.take()
    part = post.changes("alice", {"custom_data": {"plan": "lead"}})
    whole = post.changes("alice", {"name": "Alice", "custom_data": {"plan": "tin"}})
    post.deliver(*whole, *part)
    account = account_of(logto, "alice")
    assert account.userinfo["custom_data"] == {"plan": "tin"}
    assert account.changed_at.tzinfo is None
