"""Run by test_any_user_model.py, once for each user model."""

import datetime

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile

from tests.journey import Journey

pytestmark = pytest.mark.django_db
MODEL = settings.AUTH_USER_MODEL


def only(model):
    return pytest.mark.skipif(model != MODEL, reason=f"is about {model}")


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


@pytest.mark.skipif(MODEL == "tests.DemandingUser", reason="refuses every new user")
def test_two_people_become_two_users_and_come_back_as_themselves(journey, client):
    from django.test import Client

    alice, noel = Journey(journey.logto, Client()), Journey(journey.logto, Client())
    assert alice.sign_in("alice").status_code == 302
    assert noel.sign_in("noel").status_code == 302
    assert is_signed_in(alice.client) and is_signed_in(noel.client)
    assert get_user_model().objects.count() == 2
    again = Journey(journey.logto, Client())
    assert again.sign_in("alice").status_code == 302
    assert get_user_model().objects.count() == 2
    assert not get_user_model().objects.first().has_usable_password()


@pytest.mark.skipif(MODEL == "tests.DemandingUser", reason="refuses every new user")
def test_a_test_client_is_signed_in_as_such_a_user(logto_sign_in, client):
    user = logto_sign_in(client, username="alice", email="alice@example.com")
    assert isinstance(user, get_user_model())
    assert is_signed_in(client)


@only("tests.EmailUser")
def test_the_address_is_the_name_when_nobody_has_it(journey):
    journey.sign_in("alice")
    assert get_user_model().objects.get().email == journey.logto.people["alice"].email


@only("tests.EmailUser")
def test_an_address_that_a_local_user_has_joins_nobody(journey):
    email = journey.logto.people["alice"].email
    local = get_user_model().objects.create(email=email.upper(), is_staff=True)
    assert journey.sign_in("alice").status_code == 302
    other = get_user_model().objects.exclude(pk=local.pk).get()
    assert other.email.endswith("@logto.invalid")
    assert not other.is_staff


@only("tests.EmailUser")
def test_a_person_without_an_address_gets_one_that_reaches_nobody(journey):
    journey.sign_in("noel")
    assert get_user_model().objects.get().email.endswith("@logto.invalid")


@only("tests.EmailUser")
def test_where_the_address_is_the_name_the_site_is_not_asked_for_one(journey, hooks):
    hooks(username=None)  # a call would fail
    assert journey.sign_in("alice").status_code == 302


@only("tests.BareUser")
def test_a_file_that_a_hook_changes_is_saved(journey, hooks, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    journey.sign_in("alice")

    def update_user(self, user, *, is_new):
        user.photo.save("alice.png", ContentFile(b"\x89PNG"), save=False)

    # Looking at it before is what many a site does.
    hooks(update_user=update_user, may_sign_in=lambda self, user: user.photo != "no")
    journey.sign_in("alice", prompt="login")
    assert get_user_model().objects.get().photo.name == "alice.png"


@only("tests.DemandingUser")
def test_a_hook_fills_what_no_claim_fills(journey, hooks):
    def update_user(self, user, *, is_new):
        user.born = datetime.date(1852, 5, 4)

    hooks(update_user=update_user)
    assert journey.sign_in("alice").status_code == 302
    assert get_user_model().objects.get().born.year == 1852


@only("tests.BareUser")
def test_a_short_handle_is_cut_and_numbered(journey):
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "username": "alice-in-wonderland",
    }
    get_user_model().objects.create(handle="alice-in-won")
    journey.sign_in("alice")
    handles = set(get_user_model().objects.values_list("handle", flat=True))
    assert handles == {"alice-in-won", "alice-in-w-2"}


@only("tests.UniqueEmailUser")
def test_names_are_cut_to_their_field_and_a_taken_address_is_not_joined(journey):
    alice = journey.logto.people["alice"]
    alice.given_name = "Alexandrina"
    get_user_model().objects.create(username="local", email=alice.email)
    journey.sign_in("alice")
    user = get_user_model().objects.get(username="alice")
    assert user.first_name == "Alexa"
    assert user.email.endswith("@logto.invalid")


@only("tests.DemandingUser")
def test_a_field_that_no_claim_fills_is_a_page_not_a_500(journey):
    response = journey.sign_in("alice")
    assert response.status_code == 409
    assert response.context["error"].code == "account_not_created"
    assert not get_user_model().objects.exists()
