"""First sign-ins: who is made, and that two at once make one."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession, account_key
from tests.journey import Journey, at_once

User = get_user_model()


@pytest.mark.django_db
def test_a_user_is_made_with_what_logto_tells(journey):
    alice = journey.logto.people["alice"]
    journey.sign_in()
    user = User.objects.get()
    assert (user.username, user.email) == ("alice", alice.email)
    assert (user.first_name, user.last_name) == (alice.given_name, alice.family_name)
    assert not user.has_usable_password()
    assert not (user.is_staff or user.is_superuser)
    account = LogtoAccount.objects.get()
    assert account.user == user
    assert account.key == account_key(journey.logto.issuer, alice.sub)
    assert account.userinfo["sub"] == alice.sub


@pytest.mark.catalogue(75, 79)
@pytest.mark.django_db
def test_a_local_user_with_the_same_name_and_address_is_somebody_else(journey):
    alice = journey.logto.people["alice"]
    local = User.objects.create_superuser("alice", alice.email, "password")
    journey.sign_in()
    user = User.objects.exclude(pk=local.pk).get()
    assert user.username == "alice-2"
    assert not user.is_superuser
    assert not LogtoAccount.objects.filter(user=local).exists()


@pytest.mark.catalogue(57)
@pytest.mark.django_db
def test_subjects_that_databases_confuse_are_different_people(journey):
    people = journey.logto.people
    subjects = ["abc", "ABC", "abc ", "cafe", "café", "cafe\u0301"]
    names = ["alice", "sofia", "olivia", "ada", "noel"]
    for name, subject in zip(names, subjects, strict=False):
        people[name].sub = subject
        Journey(journey.logto, Client()).sign_in(name)
    assert User.objects.count() == len(names)
    assert LogtoAccount.objects.count() == len(names)


@pytest.mark.django_db
def test_the_document_follows_logto_at_every_sign_in(journey):
    journey.sign_in()
    journey.logto.people["alice"].custom_data = {"plan": "gold"}
    journey.sign_in(prompt="login")
    account = LogtoAccount.objects.get()
    assert account.userinfo["sub"] == journey.logto.people["alice"].sub
    before = account.synced_at
    journey.logto.people["alice"].name = "Alice Hargreaves"
    journey.sign_in(prompt="login")
    account.refresh_from_db()
    assert account.userinfo["name"] == "Alice Hargreaves"
    assert account.synced_at > before


@pytest.mark.catalogue(73)
@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["\0nul", "<script>", "x" * 10_000, "\u202ertl", "😀", ["x"], {}],
)
def test_any_name_is_stored_or_left_out(journey, name):
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "name": name,
        "given_name": name,
        "username": name,
        "email": name,
    }
    response = journey.sign_in()
    assert response.status_code == 302
    user = User.objects.get()
    User.username_validator(user.username)
    assert user.email == ""


@pytest.mark.catalogue(78)
@pytest.mark.django_db(transaction=True)
def test_parallel_first_sign_ins_make_one_user(logto):
    journeys = [Journey(logto, Client()) for _ in range(4)]
    urls = [journey.callback_url() for journey in journeys]
    finish = [
        (journey.client, url) for journey, url in zip(journeys, urls, strict=True)
    ]
    statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * 4
    assert User.objects.count() == 1
    assert LogtoAccount.objects.count() == 1


@pytest.mark.catalogue(16)
@pytest.mark.django_db(transaction=True)
def test_the_same_callback_many_times_at_once_is_exchanged_once(logto):
    journey = Journey(logto, Client())
    url = journey.callback_url()
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.cookies.update(journey.client.cookies)
    locations = at_once(
        lambda client: client.get(url)["Location"], [(client,) for client in clients]
    )
    calls = [call for call in logto.calls if call.path == "/oidc/token"]
    assert len(calls) == 1
    assert User.objects.count() == LogtoSession.objects.count() == 1
    assert sorted(location.startswith("/") for location in locations).count(True) == 1
