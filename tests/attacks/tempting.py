"""Local users whom a careless site would take for somebody who signs in."""

from django.contrib.auth import get_user_model

User = get_user_model()
KINDS = {
    "superuser": {"is_staff": True, "is_superuser": True},
    "staff": {"is_staff": True},
    "inactive": {"is_active": False},
    "plain": {},
}


def signed_in_as(client):
    """Return the user of this browser, None when there is none."""
    answer = client.get("/protected/")
    if answer.status_code != 200:
        return None
    return User.objects.get(username=answer.json()["user"])


def victim(kind, username="alice", email="alice@example.com"):
    """Make a local user whom a careless site would take for alice."""
    return User.objects.create_user(username, email, "secret", **KINDS[kind])
