"""Usernames are readable, free, and fit the site's user model."""

import pytest
from django.contrib.auth import get_user_model

from logto_auth.accounts.usernames import readable_base, usernames

User = get_user_model()


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"username": "alice"}, "alice"),
        ({"preferred_username": "al"}, "al"),
        ({"name": "Alice Liddell"}, "Alice-Liddell"),
        ({"username": "", "name": "สมชาย ใจดี"}, None),
        ({"username": "ﬁne"}, "fine"),
        ({"username": "<script>"}, "script"),
        ({"username": 7, "name": ["x"]}, "user"),
        ({"name": "!!!"}, "user"),
        ({}, "user"),
    ],
)
def test_the_first_claim_that_makes_a_name_is_taken(claims, expected):
    base = readable_base(claims)
    User.username_validator(base)
    assert expected is None or base == expected


@pytest.mark.django_db
@pytest.mark.catalogue(79)
def test_a_taken_name_gets_a_number():
    User.objects.create_user("alice")
    User.objects.create_user("alice-2")
    assert next(usernames(User, "alice", attempts=3)) == "alice-3"


@pytest.mark.django_db
@pytest.mark.catalogue(79)
def test_a_name_that_differs_only_in_case_counts_as_taken():
    User.objects.create_user("Alice")
    first = next(usernames(User, "Alice", attempts=3))
    assert first == "Alice-2"


@pytest.mark.django_db
def test_every_further_try_is_another_name(django_assert_num_queries):
    with django_assert_num_queries(1):
        names = list(usernames(User, "alice", attempts=5))
    assert len(set(names)) == 5
    assert names[0] == "alice"
    assert all(name.startswith("alice-") for name in names[1:])


@pytest.mark.django_db
def test_a_long_name_is_cut_to_the_field():
    for name in usernames(User, "x" * 400, attempts=3):
        assert len(name) <= 150
