"""Accounts are kept true by sign-ins, also by several at once."""

import functools
import random
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from logto_auth.models import LinkedIdentity, LogtoAccount, SearchTerm
from logto_auth.testing.simulator.person import Identity
from tests.edge.telling import linked, social, tells
from tests.journey import Journey, at_once

User = get_user_model()


@pytest.mark.django_db
def test_the_last_sign_in_is_written_once_in_five_minutes(journey):
    journey.sign_in()
    account = LogtoAccount.objects.get()
    first = account.last_sign_in_at
    assert timezone.now() - first < timedelta(minutes=1)
    journey.sign_in(prompt="login")
    account.refresh_from_db()
    assert account.last_sign_in_at == first
    earlier = first - timedelta(minutes=6)
    LogtoAccount.objects.update(last_sign_in_at=earlier)
    journey.sign_in(prompt="login")
    account.refresh_from_db()
    assert account.last_sign_in_at >= first


@pytest.mark.django_db
@pytest.mark.catalogue(80)
def test_who_signs_in_at_logto_is_not_suspended_there(journey):
    journey.sign_in()
    LogtoAccount.objects.update(is_suspended=True)
    journey.sign_in(prompt="login")
    assert not LogtoAccount.objects.get().is_suspended


@pytest.mark.django_db
@pytest.mark.catalogue(80)
def test_who_is_refused_here_has_not_signed_in(journey):
    journey.sign_in()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    LogtoAccount.objects.update(last_sign_in_at=long_ago)
    User.objects.update(is_active=False)
    journey.client.logout()
    assert journey.sign_in(prompt="login").status_code == 403
    journey.logto.people["alice"].name = "Alice Hargreaves"
    assert journey.sign_in(prompt="login").status_code == 403
    account = LogtoAccount.objects.get()
    assert account.userinfo["name"] == "Alice Hargreaves"
    assert account.last_sign_in_at == long_ago


@pytest.mark.django_db
def test_accounts_from_before_identities_were_kept_get_theirs_at_the_next_sign_in(
    journey,
):
    journey.sign_in("sofia")
    LinkedIdentity.objects.all().delete()
    SearchTerm.objects.all().delete()
    LogtoAccount.objects.update(userinfo_digest="")  # as the migration does
    journey.sign_in("sofia", prompt="login")
    assert LinkedIdentity.objects.count() == 4
    assert SearchTerm.objects.filter(term="kovalevskaya").exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_sign_ins_of_one_person_leave_one_document_and_its_identities(
    logto, hooks
):
    """All have read the account, for that is who is asked about, before one writes."""
    Journey(logto, Client()).sign_in()
    finish = []
    for _ in range(6):
        journey = Journey(logto, Client())
        finish.append((journey.client, journey.callback_url()))
    told = iter(range(100))

    def differently(document):
        number = next(told)
        return {
            **document,
            "name": f"Alice {number}",
            "identities": {
                f"p{number}": social(f"u{number}"),
                "naver": social("n1", name=f"N {number}"),
            },
        }

    logto.forge_userinfo = differently
    have_read = threading.Barrier(6, timeout=60)
    hooks(may_sign_in=lambda self, user: have_read.wait() is not None)
    statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * 6
    account = LogtoAccount.objects.get()
    number = account.userinfo["name"].split()[1]
    assert linked() == {f"p{number}": f"u{number}", "naver": "n1"}
    naver = LinkedIdentity.objects.get(target="naver")
    assert naver.name == f"N {number}"
    assert account.search_terms.filter(term=number).exists()


class Noting:
    """A router that says which models are read where a replica may lag behind."""

    read = []

    def db_for_read(self, model, **hints):
        self.read.append(model)


@pytest.mark.django_db
@pytest.mark.catalogue(118)
@pytest.mark.parametrize("digest", ["", None])
def test_what_is_brought_up_to_date_is_read_where_it_is_written(
    journey, settings, digest
):
    tells(journey.logto, identities={"naver": social("n1", name="Ada King")})
    journey.sign_in()
    if digest is not None:
        LogtoAccount.objects.update(userinfo_digest=digest)
    tells(journey.logto, identities={}, name="Alice Hargreaves")
    callback = journey.callback_url(prompt="login")
    Noting.read.clear()
    settings.DATABASE_ROUTERS = [f"{__name__}.Noting"]
    assert journey.client.get(callback).status_code == 302
    read = set(Noting.read)
    assert read
    assert not read & {LogtoAccount, LinkedIdentity, SearchTerm}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("unlinked", ["keep", "remove"])
def test_parallel_sign_ins_of_different_people_lock_nobody_out(
    logto, settings, unlinked
):
    """On small tables MariaDB would take an index that runs through other people's."""
    settings.LOGTO = {**settings.LOGTO, "UNLINKED_IDENTITIES": unlinked}
    names = ["alice", "sofia", "olivia", "emmy", "ada", "noel"]

    def some(number, document):
        chosen = random.Random(f"{number} {document['sub']}").sample(range(5), 3)
        identities = {f"p{n}": social(f"{document['sub']}-{n}") for n in chosen}
        return {**document, "name": f"N{number} {chosen}", "identities": identities}

    statuses = []
    for number in range(6):
        logto.forge_userinfo = functools.partial(some, number)
        journeys = [
            Journey(logto, Client(raise_request_exception=False)) for _ in names
        ]
        finish = [
            (journey.client, journey.callback_url(name))
            for journey, name in zip(journeys, names, strict=True)
        ]
        statuses += at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * len(statuses)
    for account in LogtoAccount.objects.all():
        told = {i["userId"] for i in account.userinfo["identities"].values()}
        mine = account.identities.filter(unlinked_at=None, kind="social")
        assert set(mine.values_list("provider_user_id", flat=True)) == told


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(78)
def test_parallel_first_sign_ins_of_many_people_lock_nobody_out(logto):
    people = logto.people
    for number in range(8):
        username = f"new{number}"
        people[username] = type(people["alice"])(
            username=username,
            identities={
                target: Identity(f"{target}-{number}", {"name": f"New {number}"})
                for target in ("naver", "facebook", "huggingface")
            },
        )
    finish = []
    for number in range(8):
        journey = Journey(logto, Client())
        finish.append((journey.client, journey.callback_url(f"new{number}")))
    statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * 8
    assert LinkedIdentity.objects.count() == 24
    assert connection.is_usable()
