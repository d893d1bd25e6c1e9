"""Subjects that a database could take for each other are different people.

Run on SQLite, PostgreSQL and MariaDB, whose ideas of equal texts differ.
"""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount
from logto_auth.testing import Person
from tests.journey import Journey, at_once

pytestmark = [pytest.mark.once, pytest.mark.databases]
User = get_user_model()
# Each is one person; the first of each is who came first.
CONFUSED = {
    "case": ["alice1", "ALICE1", "Alice1", "aLICE1"],
    "blanks": ["alice1", "alice1 ", "alice1  ", " alice1"],
    "accents": ["cafe", "caf\u00e9", "cafe\u0301", "CAF\u00c9"],
    "one sign or two": ["\u00e4\u00df", "a\u0308ss", "a\u0308\u00df", "\u00c4SS"],
    "ligatures": ["file", "\ufb01le", "\uff46ile", "FILE"],
    "case of one language": ["istanbul", "\u0131stanbul", "\u0130stanbul", "ISTANBUL"],
    "look-alikes": ["kim", "\u043aim", "\u212aim", "ki\u200bm"],
    "signs without weight": ["\u2763", "\U0001f600", "\U0001f601", "\u00ad"],
    "numbers": ["1", "01", "1.0", "1e0"],
    "wildcards": ["a_c", "abc", "a%c", "a\\c"],
    "long": ["x" * 255, "x" * 254 + "y", "x" * 254, "x" * 254 + "X"],
}


def sign_in(logto, username):
    """Return the primary key of the user whom this person is, in a new browser."""
    journey = Journey(logto, Client())
    assert journey.sign_in(username).status_code == 302
    told = journey.client.get("/protected/").json()
    assert told["claims"]["sub"] == logto.people[username].sub
    return User.objects.get(username=told["user"]).pk


@pytest.fixture(params=CONFUSED)
def people(request, logto):
    """People whose subjects are confused, by their usernames at Logto."""
    names = []
    for number, subject in enumerate(CONFUSED[request.param]):
        names.append(f"person{number}")
        logto.people[names[-1]] = Person(username=names[-1], sub=subject)
    return names


@pytest.mark.django_db
@pytest.mark.catalogue(57)
def test_each_subject_is_one_user_the_first_time_and_later(logto, people):
    first = [sign_in(logto, name) for name in people]
    assert len(set(first)) == len(people)
    User.objects.filter(pk=first[0]).update(is_staff=True, is_superuser=True)
    again = [sign_in(logto, name) for name in reversed(people)]
    assert again == first[::-1]
    assert User.objects.count() == LogtoAccount.objects.count() == len(people)
    assert User.objects.get(is_superuser=True).pk == first[0]


@pytest.mark.django_db
@pytest.mark.catalogue(57, 75)
def test_the_same_subject_at_another_issuer_is_another_person(logto):
    admin = User.objects.create_superuser("root")
    issuers = (logto.issuer + "/", logto.issuer.upper(), "https://old.example/oidc")
    for number, issuer in enumerate(issuers):
        LogtoAccount.objects.create(
            key=f"{number:064x}",
            issuer=issuer,
            subject=logto.people["alice"].sub,
            user=admin,
        )
    assert sign_in(logto, "alice") != admin.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(57, 78)
def test_subjects_that_come_at_the_same_moment_are_each_one_user(logto):
    subjects = ["alice1", "ALICE1", "alice1 ", "\u00e1lice1"]
    finish = []
    for number, subject in enumerate(subjects):
        name = f"person{number}"
        logto.people[name] = Person(username=name, sub=subject)
        journey = Journey(logto, Client())
        finish.append((journey.client, journey.callback_url(name)))
    statuses = at_once(lambda client, url: client.get(url).status_code, finish)
    assert statuses == [302] * len(subjects)
    accounts = LogtoAccount.objects.all()
    assert sorted(account.subject for account in accounts) == sorted(subjects)
    assert len({account.user_id for account in accounts}) == len(subjects)
