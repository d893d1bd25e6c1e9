"""Webhooks in the admin: read by who may, handled again by who may that."""

import json

import pytest
from django.utils import timezone

from logto_auth.models import LogtoAccount, WebhookDelivery
from tests.edge.admin_page import AdminPage, administrator, signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/logto_auth/webhookdelivery/"
State = WebhookDelivery.State


def delivery_of(event, number=0, **document):
    """Return a delivery that could not be handled when it came."""
    body = {
        "event": event,
        "hookId": "hook-1",
        "createdAt": "2026-11-21T08:11:59.816Z",
        **document,
    }
    return WebhookDelivery.objects.create(
        digest=f"{number}" * 64,
        hook_id="hook-1",
        event=event,
        subject=document.get("params", {}).get("userId", ""),
        body=json.dumps(body).encode(),
        created_at=timezone.now(),
        state=State.FAILED,
        failure="OperationalError",
    )


@pytest.fixture
def suspension(logto):
    """A suspension that could not be handled."""
    (account,) = signed_in(logto, "alice")
    sub = account.subject
    user = {"id": sub, "updatedAt": 4102444800000, "isSuspended": True}
    return delivery_of(
        "User.SuspensionStatus.Updated",
        params={"userId": sub},
        data={**user, "customData": {"api_key": "sk-123456789", "x": "<b>bold</b>"}},
    )


def act(client, *deliveries):
    """Choose the action for some deliveries; return the page after it."""
    return client.post(
        LIST,
        {"action": "handle_again", "_selected_action": [d.pk for d in deliveries]},
        follow=True,
    )


def test_the_list_says_what_became_of_each(suspension):
    delivery_of("Role.Created", 1)
    page = AdminPage(administrator("view_webhookdelivery").get(LIST))
    assert "User.SuspensionStatus.Updated" in page.text
    assert "OperationalError" in page.text
    assert "Role.Created" in page.text


def test_one_shows_what_it_tells_without_secrets_or_markup(suspension):
    client = administrator("view_webhookdelivery")
    page = AdminPage(client.get(f"{LIST}{suspension.pk}/change/"))
    assert suspension.subject in page.text
    assert "sk-123456789" not in page.source
    assert "(withheld)" in page.text
    assert "<b>bold</b>" not in page.source


def test_who_may_only_look_cannot_have_it_handled_again(suspension):
    client = administrator("view_webhookdelivery")
    assert "handle_again" not in client.get(LIST).content.decode()
    act(client, suspension)
    suspension.refresh_from_db()
    assert suspension.state == State.FAILED
    assert not LogtoAccount.objects.get().is_suspended


def test_who_may_has_it_handled_again(suspension):
    client = administrator("view_webhookdelivery", "redeliver_webhookdelivery")
    assert "1 webhook was handled." in act(client, suspension).content.decode()
    suspension.refresh_from_db()
    assert (suspension.state, suspension.failure) == (State.HANDLED, "")
    account = LogtoAccount.objects.get()
    assert account.is_suspended and not account.user.is_active
    # And once more, though nothing has failed.
    assert "1 webhook was handled." in act(client, suspension).content.decode()


def test_what_cannot_be_handled_is_told(suspension):
    unknown = delivery_of("Something.New", 2)
    client = administrator("view_webhookdelivery", "redeliver_webhookdelivery")
    said = act(client, suspension, unknown).content.decode()
    assert "1 webhook was handled." in said and "1 webhook was not" in said


@pytest.mark.parametrize("sought", ["subject", "hook-1", "nobody"])
def test_users_and_webhooks_are_found_by_their_whole_ids(suspension, sought):
    sought = suspension.subject if sought == "subject" else sought
    page = AdminPage(administrator("view_webhookdelivery").get(LIST, {"q": sought}))
    is_found = "User.SuspensionStatus.Updated" in " ".join(page.rows)
    assert is_found == (sought in (suspension.subject, "hook-1"))


@pytest.mark.parametrize("path", ["add/", "1/delete/"])
def test_nobody_adds_or_deletes_one(path, admin_client):
    assert admin_client.get(LIST + path).status_code in (302, 403)


def test_the_list_asks_no_more_for_more(suspension, django_assert_num_queries):
    client = administrator("view_webhookdelivery")

    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        assert not any('"body"' in query["sql"] for query in queries)
        return len(queries)

    few = count()
    for number in range(3, 9):
        delivery_of("Role.Created", number)
    assert count() == few
