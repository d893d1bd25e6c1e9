"""Who is in which organization, where webhooks tell it."""

import io
import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from logto_auth.models import LogtoAccount, WebhookDelivery, account_key
from logto_auth.signals import webhook_received
from logto_auth.testing import Organization
from tests.edge.converging import URL, Post, account_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
HATTERS = Organization(id="hatters00000", name="Hatters", roles=("org-member",))


@pytest.fixture
def post(logto, settings):
    return Post(logto, settings)


@pytest.fixture
def receiver():
    """Let a function receive the webhooks that were handled."""
    connected = []

    def connect(function):
        connected.append(function)
        webhook_received.connect(function)

    yield connect
    for function in connected:
        webhook_received.disconnect(function)


@pytest.fixture
def olivia(post, logto):
    """The userinfo document that is stored of olivia, a member of two."""
    signed_in(logto, "olivia")
    post.take()
    return lambda: account_of(logto, "olivia").userinfo


def test_who_joins_is_a_member(post, logto, olivia):
    logto.join("olivia", HATTERS)
    post.deliver()
    members = ["wonderlandor", "lookingglass", "hatters00000"]
    assert olivia()["organizations"] == members
    post.deliver(*logto.deliveries.all[-1:])
    assert olivia()["organizations"] == members


def test_who_leaves_is_no_member_and_has_no_role_there(post, logto, olivia):
    logto.leave("olivia", "wonderlandor")
    post.deliver()
    told = olivia()
    assert told["organizations"] == ["lookingglass"]
    assert [item["id"] for item in told["organization_data"]] == ["lookingglass"]
    assert told["organization_roles"] == ["lookingglass:org-member"]


def test_what_is_stored_after_somebody_left_is_what_userinfo_tells(post, logto, olivia):
    logto.leave("olivia", "wonderlandor")
    post.deliver()
    before = account_of(logto, "olivia").userinfo_digest
    signed_in(logto, "olivia", prompt="login")
    assert account_of(logto, "olivia").userinfo_digest == before


def test_an_organization_that_begins_alike_is_another(post, logto, olivia):
    logto.join("olivia", Organization(id="wonderland", name="Short", roles=("boss",)))
    signed_in(logto, "olivia", prompt="login")
    post.take()
    logto.send_webhook("Organization.Deleted", params={"id": "wonderland"}, data=None)
    post.deliver()
    assert olivia()["organizations"] == ["wonderlandor", "lookingglass"]
    assert "wonderlandor:org-admin" in olivia()["organization_roles"]
    assert "wonderland:boss" not in olivia()["organization_roles"]


def test_a_new_name_is_everybodys(post, logto, olivia):
    told = {"id": "wonderlandor", "name": "Underland", "description": None}
    logto.send_webhook("Organization.Data.Updated", data={**told, "customData": {}})
    post.deliver()
    assert told in olivia()["organization_data"]
    assert len(olivia()["organization_data"]) == 2


def test_a_deleted_organization_is_nobodys(post, logto, olivia):
    signed_in(logto, "alice")
    logto.people["sofia"].organizations = logto.people["olivia"].organizations
    signed_in(logto, "sofia")
    post.take()
    fields = {"params": {"id": "wonderlandor"}, "data": None}
    logto.send_webhook("Organization.Deleted", **fields)
    post.deliver()
    for account in LogtoAccount.objects.all():
        assert "wonderlandor" not in json.dumps(account.userinfo)
    assert olivia()["organizations"] == ["lookingglass"]


def test_whom_nobody_here_has_plays_no_part(post, logto, olivia):
    before = LogtoAccount.objects.values().get()
    logto.send_webhook(
        "Organization.Membership.Updated",
        organizationId="hatters00000",
        addedUserIds=["nobody000000", 7, None],
        removedUserIds="all",
    )
    post.deliver()
    assert LogtoAccount.objects.values().get() == before


def test_nothing_is_stored_that_the_scopes_do_not_bring(post, logto, settings):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile"]}
    signed_in(logto, "alice")
    before = LogtoAccount.objects.values().get()
    post.take()
    logto.join("alice", HATTERS)
    post.deliver()
    assert LogtoAccount.objects.values().get() == before


def test_what_the_id_token_told_decides_until_a_refresh(post, logto, settings):
    client, _ = signed_in(logto, "olivia")
    post.take()
    logto.leave("olivia", "wonderlandor")
    post.deliver()
    claims = client.get("/logto/user/").json()["claims"]
    assert "wonderlandor" in claims["organizations"]


@pytest.mark.once
def test_as_many_members_as_logto_tells_of_at_once(post, logto, django_user_model):
    number = 1100
    user = django_user_model.objects.create(username="many")
    subjects = [f"member{n:06}" for n in range(number)]
    LogtoAccount.objects.bulk_create(
        LogtoAccount(
            key=account_key(logto.issuer, subject),
            issuer=logto.issuer,
            subject=subject,
            user=user,
            userinfo={"sub": subject, "organizations": ["wonderlandor"]},
        )
        for subject in subjects
    )
    fields = {"organizationId": "hatters00000", "addedUserIds": subjects}
    logto.send_webhook("Organization.Membership.Updated", **fields)
    logto.send_webhook("Organization.Deleted", params={"id": "wonderlandor"})
    post.deliver()
    documents = LogtoAccount.objects.values_list("userinfo", flat=True)
    told = {tuple(document["organizations"]) for document in documents}
    assert told == {("hatters00000",)}


def test_one_that_is_handled_again_does_not_undo_a_later_one(post, logto, receiver):
    """A receiver of the site has failed; meanwhile she has left again."""
    signed_in(logto, "olivia")
    post.take()
    failing = [True]

    def fail_once(sender, event, **kwargs):
        if failing.pop() if failing else False:
            raise RuntimeError("not now")

    receiver(fail_once)
    logto.join("olivia", HATTERS)
    (joined,) = post.take()
    answer = Client().post(URL, joined.body, **post.as_sent(joined))
    assert answer.status_code == 500
    logto.clock.advance(1)
    logto.leave("olivia", HATTERS.id)
    post.deliver()
    told = account_of(logto, "olivia").userinfo
    assert HATTERS.id not in told["organizations"]
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    call_command("logto_webhooks", stdout=io.StringIO())
    assert not WebhookDelivery.objects.exclude(state="handled").exists()
    assert account_of(logto, "olivia").userinfo == told


def test_an_older_name_of_an_organization_does_not_replace_a_newer(post, logto, olivia):
    names = []
    for name in ("One", "Two"):
        logto.clock.advance(1)
        logto.send_webhook(
            "Organization.Data.Updated", data={"id": "wonderlandor", "name": name}
        )
        names += post.take()
    post.deliver(*reversed(names))
    assert olivia()["organization_data"][0]["name"] == "Two"


def test_what_was_told_before_an_organization_was_deleted_does_not_bring_it_back(
    post, logto, olivia
):
    logto.join("olivia", HATTERS)
    (joined,) = post.take()
    logto.clock.advance(1)
    logto.send_webhook("Organization.Deleted", data={"id": HATTERS.id})
    post.deliver()
    post.deliver(joined)
    assert HATTERS.id not in olivia()["organizations"]


def test_the_name_that_an_organization_was_made_with_is_older_than_another(
    post, logto, olivia
):
    sent = []
    for event, name in (("Created", "Old"), ("Data.Updated", "New")):
        logto.clock.advance(1)
        data = {"id": "wonderlandor", "name": name}
        logto.send_webhook(f"Organization.{event}", data=data)
        sent += post.take()
    post.deliver(*reversed(sent))
    assert olivia()["organization_data"][0]["name"] == "New"
