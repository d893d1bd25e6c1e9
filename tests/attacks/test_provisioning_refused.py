"""An error of the database while a user is made fetches nobody else's user."""

import contextlib
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection
from django.db.models.signals import post_save, pre_save

from logto_auth.models import LinkedIdentity, LogtoAccount, LogtoSession
from tests.attacks.tempting import signed_in_as, victim

pytestmark = pytest.mark.django_db
User = get_user_model()


class Refusing:
    """Lets a save fail as a database does when something is taken."""

    def __init__(self, model, signal=pre_save, *, times=100):
        self.model, self.signal, self.left = model, signal, times

    def __call__(self, sender, instance, **kwargs):
        if instance._state.adding or self.signal is post_save:
            self.left -= 1
            if self.left >= 0:
                raise IntegrityError("duplicate key value: Key (email)=(alice@…)")


@contextlib.contextmanager
def refusing(*args, **kwargs):
    receiver = Refusing(*args, **kwargs)
    receiver.signal.connect(receiver, sender=receiver.model)
    try:
        yield
    finally:
        receiver.signal.disconnect(receiver, sender=receiver.model)


@pytest.fixture
def tempting(logto):
    """Users whom one could find by anything but issuer and subject."""
    alice = logto.people["alice"]
    local = [
        victim("superuser"),
        victim("staff", "alice-2", "ALICE@example.com"),
        victim("plain", alice.sub),
        victim("plain", "Alice Liddell", "alice@EXAMPLE.com"),
    ]
    account = LogtoAccount.objects.create(
        key="0" * 64,
        issuer="https://other.example/oidc",
        subject=alice.sub,
        user=local[2],
        userinfo={"sub": alice.sub, "email": alice.email, "username": "alice"},
    )
    LinkedIdentity.objects.create(
        account=account,
        key="1" * 64,
        kind="social",
        target="naver",
        provider_user_id="naver-alice",
    )
    return local


@pytest.mark.catalogue(78)
@pytest.mark.parametrize("joins", [True, False])
@pytest.mark.parametrize("signal", [pre_save, post_save], ids=["before", "after"])
@pytest.mark.parametrize("model", [User, LogtoAccount])
def test_an_integrity_error_fetches_nobody(
    journey, settings, refused, kept, tempting, model, signal, joins
):
    settings.LOGTO = {**settings.LOGTO, "JOIN_BY_EMAIL": joins}
    assert journey.client.login(username=tempting[3].username, password="secret")
    callback = journey.callback_url()
    with refusing(model, signal), kept(journey.client):
        error = refused(journey.client.get(callback), "account_not_created")
    assert error.reason == "IntegrityError"
    assert signed_in_as(journey.client) == tempting[3]
    assert list(User.objects.order_by("pk")) == tempting
    assert LogtoAccount.objects.get().user == tempting[2]
    assert not LogtoSession.objects.exists()
    # Afterwards it is an ordinary first sign-in.
    journey.client.logout()
    assert journey.sign_in(prompt="login").status_code == 302
    assert signed_in_as(journey.client) not in tempting


@pytest.mark.catalogue(78)
@pytest.mark.parametrize("model", [User, LogtoAccount])
def test_one_integrity_error_costs_another_name_and_no_more(journey, tempting, model):
    with refusing(model, times=1):
        assert journey.sign_in().status_code == 302
    user = signed_in_as(journey.client)
    assert user not in tempting
    assert LogtoAccount.objects.get(subject="alice0000001", user=user)


@pytest.mark.catalogue(78, 79)
@pytest.mark.parametrize("kind", ["superuser", "plain"])
def test_a_name_that_is_taken_at_the_last_moment_stays_whose_it_is(
    journey, hooks, kind
):
    taken = []

    def update_user(self, user, *, is_new):
        if is_new and not taken:
            taken.append(victim(kind, user.username))

    hooks(update_user=update_user)
    assert journey.sign_in("ada").status_code == 302
    user = signed_in_as(journey.client)
    assert [local.username for local in taken] == ["ada"]
    assert user not in taken
    assert user.username.startswith("ada-")
    assert not user.is_superuser


@pytest.mark.catalogue(78)
@pytest.mark.parametrize("field", ["username", "password", "id"])
def test_a_hook_that_names_somebody_else_signs_in_nobody_else(
    journey, hooks, refused, tempting, field
):
    """The site's own mistake, as when it fills a user from what Logto tells."""

    def update_user(self, user, *, is_new):
        setattr(user, field, getattr(tempting[0], field))

    hooks(update_user=update_user)
    before = User.objects.filter(pk=tempting[0].pk).values().get()
    response = journey.sign_in("ada")
    if field == "password":  # which nothing is looked up by
        assert response.status_code == 302
    else:
        refused(response, "account_not_created", "IntegrityError")
    assert signed_in_as(journey.client) not in tempting
    assert User.objects.filter(pk=tempting[0].pk).values().get() == before


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="it takes texts of any length"
)
@pytest.mark.catalogue(78)
@pytest.mark.parametrize("field", ["first_name", "email"])
def test_what_is_too_long_for_its_column_makes_nobody(
    journey, hooks, refused, kept, tempting, field
):
    """The site's own mistake: what Logto tells is made to fit."""

    def update_user(self, user, *, is_new):
        setattr(user, field, "x" * 300)

    assert journey.client.login(username=tempting[2].username, password="secret")
    hooks(update_user=update_user)
    with kept(journey.client):
        response = journey.client.get(journey.callback_url("ada"))
        refused(response, "account_not_created", "DataError")
    assert list(User.objects.order_by("pk")) == tempting
    assert LogtoAccount.objects.get().user == tempting[2]
    assert not LogtoSession.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(78)
def test_a_name_that_another_connection_takes_while_it_is_saved_stays_there(journey):
    """Not inside of the transaction that then fails, as the rest of this page does."""
    taken = []

    def take(sender, instance, **kwargs):
        if taken or not instance._state.adding:
            return
        taken.append(instance.username)
        thread = threading.Thread(target=take_elsewhere, args=(instance.username,))
        thread.start()
        thread.join()

    def take_elsewhere(username):
        try:
            victim("superuser", username)
        finally:
            connection.close()

    pre_save.connect(take, sender=User)
    try:
        assert journey.sign_in().status_code == 302
    finally:
        pre_save.disconnect(take, sender=User)
    local = User.objects.get(username="alice")
    assert taken == ["alice", *taken[1:]]
    assert local.is_superuser
    user = signed_in_as(journey.client)
    assert user != local
    assert not user.is_superuser
