"""What a webhook says is text: not followed, not run, and it gives nobody rights."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery

from .webhooks import KEY, send, suspension, told, use_keys

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(109)]
User = get_user_model()
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def keys(settings):
    use_keys(settings, KEY)


@pytest.fixture
def alice(journey):
    journey.sign_in("alice")
    return LogtoAccount.objects.get()


def hostile(address):
    """Return members of a user that lead somewhere, or are markup."""
    text = f"{SCRIPT}\"'>{{{{ request }}}}{address}"
    return {
        "name": text,
        "username": text,
        "primaryEmail": text,
        "primaryPhone": text,
        "avatar": address,
        "customData": {text: text, "url": address},
        "profile": {
            "nickname": text,
            "website": address,
            "profile": "javascript:alert(1)",
            "picture": address,
        },
        "identities": {
            text: {"userId": text, "details": {"avatar": address, "name": text}}
        },
        "applicationId": address,
    }


def pages(account):
    """Yield every page that shows what was told."""
    admin = Client()
    admin.force_login(
        User.objects.create_superuser("root", "root@example.com", "secret"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for name in ("logtoaccount", "linkedidentity", "webhookdelivery"):
        yield admin.get(f"/admin/logto_auth/{name}/")
    yield admin.get(f"/admin/logto_auth/logtoaccount/{account.pk}/change/")
    for delivery in WebhookDelivery.objects.all():
        yield admin.get(f"/admin/logto_auth/webhookdelivery/{delivery.pk}/change/")


def test_markup_is_shown_and_addresses_are_not_followed(alice, logto, bait):
    bodies = [
        suspension(logto, is_suspended=False, **hostile(bait)),
        told("Organization.Data.Updated", data={"id": "x", "name": SCRIPT}),
        told(
            "PostSignIn",
            userAgent=SCRIPT,
            url=bait,
            config={"url": bait},
            callbackUrl=bait,
            application={"id": bait, "name": SCRIPT},
        ),
        told("Something.New", data=hostile(bait)),
    ]
    for body in bodies:
        assert send(Client(), body).status_code == 200
    alice.refresh_from_db()
    assert SCRIPT in alice.userinfo["name"], "stored as it was told"
    shown = [response.content.decode() for response in pages(alice)]
    assert len(shown) == 8
    for page in shown:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
    assert any("&lt;script&gt;alert(1)" in page for page in shown)


@pytest.mark.parametrize("what", ["suspended", "deleted"])
@pytest.mark.parametrize(
    ("policy", "stays_active"),
    [(None, True), ("sign_out", True), ("deactivate", False)],
)
def test_a_superuser_is_signed_out_or_switched_off_as_the_site_says(
    what, policy, stays_active, alice, journey, logto, settings
):
    if policy is not None:
        settings.LOGTO = {**settings.LOGTO, "SUSPENDED_SUPERUSERS": policy}
    User.objects.filter(pk=alice.user_id).update(is_superuser=True, is_staff=True)
    body = suspension(logto)
    if what == "deleted":
        body = json.dumps({**json.loads(body), "event": "User.Deleted"}).encode()
    assert send(Client(), body).json() == {"state": "handled"}
    user = User.objects.get(pk=alice.user_id)
    assert user.is_active == stays_active
    assert user.is_superuser and user.is_staff
    assert not LogtoSession.objects.exists()
    assert journey.client.get("/logto/user/").json() == {"isAuthenticated": False}
    assert journey.client.get("/admin/").status_code == 302


def test_nothing_is_ever_deleted(alice, logto):
    body = {**json.loads(suspension(logto)), "event": "User.Deleted", "data": None}
    assert send(Client(), json.dumps(body).encode()).json() == {"state": "handled"}
    assert User.objects.get(pk=alice.user_id) == alice.user
    assert LogtoAccount.objects.get().deleted_at is not None


def test_nobody_gets_rights_by_what_is_told(alice, logto):
    rights = {"is_superuser": True, "is_staff": True, "isAdmin": True}
    members = {**rights, "customData": rights, "profile": rights, "roles": ["admin"]}
    body = suspension(logto, is_suspended=False, **members)
    assert send(Client(), body).json() == {"state": "handled"}
    user = User.objects.get(pk=alice.user_id)
    assert not user.is_superuser and not user.is_staff
    assert not user.user_permissions.exists() and not user.groups.exists()
    alice.refresh_from_db()
    assert "is_superuser" not in alice.userinfo
    assert "roles" not in alice.userinfo or alice.userinfo["roles"] != ["admin"]


def test_nobody_becomes_somebody_else(alice, logto, journey):
    """An e-mail address or a name that is told joins nobody to anybody."""
    other = User.objects.create_user("root", "root@example.com", "secret")
    body = suspension(
        logto, is_suspended=False, username="root", primaryEmail="root@example.com"
    )
    assert send(Client(), body).json() == {"state": "handled"}
    alice.refresh_from_db()
    assert alice.user_id != other.pk
    assert journey.client.get("/protected/").json()["user"] == "alice"
    assert User.objects.count() == 2


@pytest.mark.parametrize("event", ["PostRegister", "User.Created", "PostSignIn"])
def test_nobody_is_made(event, logto, db):
    user = logto.user_document(logto.people["alice"])
    body = told(event, data=user, user=user, userId=user["id"])
    assert send(Client(), body).json() == {"state": "handled"}
    assert not User.objects.exists()
    assert not LogtoAccount.objects.exists()
