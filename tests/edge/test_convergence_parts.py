"""Webhooks that tell of a part of a user, beside those that tell the whole."""

import datetime
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from logto_auth.models import LogtoAccount, WebhookDelivery
from tests.edge.converging import Post, account_of, signed_in
from tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def at(milliseconds):
    return NOW + datetime.timedelta(milliseconds=milliseconds)


@pytest.fixture
def alice(logto, settings):
    """Alice, of whom Logto also tells custom data; ``tell()`` delivers webhooks."""
    settings.LOGTO = {
        **settings.LOGTO,
        "SCOPES": ["offline_access", "profile", "email", "custom_data"],
    }
    alice = Told(logto, settings)
    signed_in(logto, "alice")
    LogtoAccount.objects.update(changed_at=at(-1000))
    return alice


class Told(Post):
    """Webhooks about Alice with times as close to each other as in real ones."""

    def whole(self, updated_at, created_at, **changes):
        user = {**self.logto.user_document(self.logto.people["alice"]), **changes}
        user["updatedAt"] = int(at(updated_at).timestamp() * 1000)
        event = "User.SuspensionStatus.Updated"
        return self.sent(event, created_at, data=user)

    def part(self, created_at, **data):
        return self.sent(
            "User.Data.Updated",
            created_at,
            data=data,
            params={"userId": self.logto.people["alice"].sub},
            matchedRoute="/users/:userId/custom-data",
        )

    def sent(self, event, created_at, **fields):
        moment = at(created_at).timestamp()
        self.take()
        self.logto.send_webhook(event, created_at=moment, **fields)
        return self.take()[-1]

    @property
    def account(self):
        return account_of(self.logto, "alice")


def test_a_suspension_a_moment_after_a_part_counts(alice):
    """The part says when it was sent, some milliseconds after the change."""
    alice.deliver(alice.part(9, plan="gold"))
    alice.deliver(alice.whole(7, 12, isSuspended=True, customData={"plan": "gold"}))
    assert alice.account.is_suspended
    assert not alice.account.user.is_active
    assert alice.account.userinfo["custom_data"] == {"plan": "gold"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_parts_and_wholes_end_the_same_in_any_order(alice, order):
    sent = [
        alice.whole(0, 2, name="First", customData={"n": 1}),
        alice.part(10, n=2),
        alice.whole(20, 23, name="Third", customData={"n": 3}),
    ]
    alice.deliver(*(sent[number] for number in order))
    told = alice.account.userinfo
    assert (told["name"], told["custom_data"]) == ("Third", {"n": 3})


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_whole_from_before_a_part_tells_the_rest(alice, order):
    sent = [alice.whole(0, 2, name="First", customData={"n": 1}), alice.part(10, n=2)]
    alice.deliver(*(sent[number] for number in order))
    told = alice.account.userinfo
    assert (told["name"], told["custom_data"]) == ("First", {"n": 2})


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_parts_the_later_one_stays(alice, order):
    sent = [alice.part(5, n=1), alice.part(10, n=2)]
    alice.deliver(*(sent[number] for number in order))
    assert alice.account.userinfo["custom_data"] == {"n": 2}


def test_what_was_left_undone_is_done_with_the_next_webhook(alice):
    """Whoever handled the suspension died before the user was switched off."""
    alice.deliver(alice.whole(10, 12, isSuspended=True))
    account = alice.account
    account.user.is_active = True
    account.user.save()
    LogtoAccount.objects.update(has_deactivated_user=False)
    alice.deliver(alice.whole(5, 13, name="Older"))
    assert not alice.account.user.is_active


@pytest.mark.django_db(transaction=True)
def test_without_the_profile_a_suspension_beside_a_sign_in_is_not_undone(
    logto, settings
):
    """Userinfo does not say then of when it is; the ID token before it does."""
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["email"]}
    post = Told(logto, settings)
    signed_in(logto, "alice")
    LogtoAccount.objects.update(changed_at=at(-60_000))
    later = int((datetime.datetime.now(datetime.UTC) - NOW).total_seconds() * 1000)
    suspension = post.whole(later + 2000, later + 2001, isSuspended=True)

    def deliver():
        post.deliver(suspension)
        connections.close_all()

    def overtaken(document):
        with ThreadPoolExecutor(1) as thread:  # this one has Logto's event loop
            thread.submit(deliver).result()
        return document

    logto.forge_userinfo = overtaken
    assert Journey(logto, Client()).sign_in("alice", prompt="login").status_code == 403
    assert post.account.is_suspended
    assert not post.account.user.is_active


def test_lockouts_name_only_what_was_typed_and_are_somebodys_all_the_same(
    alice, capsys
):
    alice.deliver(
        alice.sent("Identifier.Lockout", 0, type="email", value="alice@example.com"),
        alice.sent("Identifier.Lockout", 1, type="username", value="somebody else"),
    )
    call_command("logto_export", "alice")
    told = json.loads(capsys.readouterr().out)
    assert [item["event"] for item in told["webhooks"]].count("Identifier.Lockout") == 1
    call_command("logto_erase", "alice", yes=True)
    (left,) = WebhookDelivery.objects.filter(event="Identifier.Lockout")
    assert b"somebody else" in bytes(left.body)
