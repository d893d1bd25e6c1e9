"""A user, or an account, that goes away before or during the callback."""

import contextlib
import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.db.models.signals import post_save, pre_save
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.signals import signed_in
from tests.journey import Journey

User = get_user_model()
at_every_commit = pytest.mark.django_db(transaction=True)


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


def delete_user():
    User.objects.filter(logto_accounts__subject="alice0000001").delete()


def delete_account():
    LogtoAccount.objects.filter(subject="alice0000001").delete()


def from_elsewhere(act):
    """Return ``act`` for the moment of an answer, over a connection of its own."""

    def act_and_close():
        try:
            act()
        finally:
            connection.close()

    def answered(document):
        thread = threading.Thread(target=act_and_close)
        thread.start()
        thread.join()
        return document

    return answered


@contextlib.contextmanager
def receiving(signal, receiver, sender=None):
    signal.connect(receiver, sender=sender)
    try:
        yield
    finally:
        signal.disconnect(receiver, sender=sender)


def alice_comes_back(journey):
    """Sign alice in, who is known; return the callback of her next sign-in."""
    Journey(journey.logto, Client()).sign_in()
    return journey.callback_url()


# Deleted here, while Logto is asked


@at_every_commit
@pytest.mark.catalogue(80)
@pytest.mark.parametrize("act", [delete_user, delete_account])
@pytest.mark.parametrize("answer", ["forge_token_response", "forge_userinfo"])
def test_who_goes_while_logto_answers_is_a_new_user(journey, answer, act):
    """Nothing was read before: it is an ordinary first sign-in."""
    callback = alice_comes_back(journey)
    old = User.objects.get()
    setattr(journey.logto, answer, from_elsewhere(act))
    assert journey.client.get(callback).status_code == 302
    assert is_signed_in(journey.client)
    new = LogtoAccount.objects.get().user
    assert new != old
    assert User.objects.count() == (1 if act is delete_user else 2)
    assert journey.client.get("/protected/").json()["user"] == new.username


@at_every_commit
@pytest.mark.catalogue(80)
@pytest.mark.parametrize("act", [delete_user, delete_account])
def test_who_is_signed_in_and_goes_while_logto_answers_is_a_new_user(journey, act):
    journey.sign_in()
    callback = journey.callback_url(prompt="login")
    journey.logto.forge_userinfo = from_elsewhere(act)
    old = User.objects.get()
    assert journey.client.get(callback).status_code == 302
    assert is_signed_in(journey.client)
    assert LogtoAccount.objects.get().user != old


# Deleted here, while the sign-in is completed


@at_every_commit
@pytest.mark.catalogue(80)
@pytest.mark.parametrize("act", [delete_user, delete_account])
@pytest.mark.parametrize(
    ("hook", "others"),
    [
        ("may_sign_in", "nobody"),
        ("may_sign_in", "somebody else"),
        ("update_user", "nobody"),
        ("update_user", "themselves"),
    ],
)
def test_who_goes_in_a_hook_is_not_signed_in(
    journey, hooks, refused, hook, others, act
):
    alice_comes_back(journey)
    if others != "nobody":
        journey.sign_in("alice" if others == "themselves" else "ada", prompt="login")
    callback = journey.callback_url(prompt="login")

    def go(self, user, **kwargs):
        act()
        return True

    hooks(**{hook: go})
    response = journey.client.get(callback)
    assert refused(response, "account_not_created").reason == "deleted"
    assert not LogtoAccount.objects.filter(subject="alice0000001").exists()
    assert User.objects.filter(username="alice").exists() == (act is delete_account)
    state = journey.client.get("/logto/user/").json()
    assert state.get("claims", {}).get("sub") != "alice0000001"
    # The next sign-in is a first one.
    hooks()
    assert journey.sign_in(prompt="login").status_code == 302
    assert is_signed_in(journey.client)


@at_every_commit
@pytest.mark.catalogue(80)
@pytest.mark.parametrize(
    ("signal", "sender", "is_known", "act"),
    [
        # A known account is updated, and sends nothing.
        (post_save, LogtoAccount, False, delete_user),
        (post_save, LogtoAccount, False, delete_account),
        (pre_save, LogtoSession, False, delete_user),
        (pre_save, LogtoSession, False, delete_account),
        (pre_save, LogtoSession, True, delete_user),
        (pre_save, LogtoSession, True, delete_account),
        (user_logged_in, None, False, delete_user),
        (user_logged_in, None, True, delete_user),
    ],
)
def test_who_goes_in_a_receiver_is_not_signed_in(
    journey, refused, signal, sender, is_known, act
):
    callback = alice_comes_back(journey) if is_known else journey.callback_url()

    def go(**kwargs):
        act()

    with receiving(signal, go, sender):
        response = journey.client.get(callback)
    if response.status_code != 302:
        refused(response, "account_not_created")
    assert not is_signed_in(journey.client)
    assert not LogtoAccount.objects.exists()
    assert not LogtoSession.objects.filter(account__isnull=False).exists()
    assert journey.sign_in(prompt="login").status_code == 302
    assert is_signed_in(journey.client)


@pytest.fixture(params=["hook", "signal"])
def at_the_end(request, hooks):
    """Let something happen when the visitor is signed in already."""

    def use(act):
        if request.param == "hook":
            hooks(after_sign_in=lambda self, *args, **kwargs: act())
        else:
            signed_in.connect(receiver := lambda **kwargs: act(), weak=False)
            request.addfinalizer(lambda: signed_in.disconnect(receiver))

    return use


@at_every_commit
@pytest.mark.catalogue(80)
def test_a_user_who_goes_at_the_very_end_is_nobody_on_the_next_page(
    journey, at_the_end
):
    at_the_end(delete_user)
    assert journey.sign_in().status_code == 302
    assert not is_signed_in(journey.client)
    assert journey.client.get("/protected/").status_code == 302


@at_every_commit
@pytest.mark.catalogue(80)
def test_an_account_that_goes_at_the_very_end_leaves_the_user_and_no_token(
    journey, at_the_end
):
    """As one that goes an hour later does; the session is the user's."""
    at_the_end(delete_account)
    assert journey.sign_in().status_code == 302
    assert journey.client.get("/protected/").json()["user"] == "alice"
    assert not LogtoSession.objects.exists()
    assert journey.client.post("/logto/sign-out/").status_code == 200
    assert not is_signed_in(journey.client)


@at_every_commit
@pytest.mark.catalogue(80, 119)
async def test_on_an_event_loop_who_goes_is_not_signed_in_either(journey_async, hooks):
    await journey_async.sign_in()
    callback = await journey_async.callback_url(prompt="login")

    def go(self, user, **kwargs):
        delete_user()
        return True

    hooks(may_sign_in=go)
    response = await journey_async.client.get(callback)
    assert response.status_code == 409
    assert response.context["error"].code == "account_not_created"
    state = (await journey_async.client.get("/logto/user/")).json()
    assert state == {"isAuthenticated": False}
