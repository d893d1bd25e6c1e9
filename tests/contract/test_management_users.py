"""The list of users through the Management API, page by page."""

import pytest

from logto_auth.testing import Person

from .recordings import load

recording = pytest.mark.recording


@pytest.fixture
def seven(administrator, simulator):
    """The recorded users, the newest of which come first."""
    del simulator.people["bob_upstream"]
    listed = load("197-get-users-no-pagination")["response"]["body"]
    for user in reversed(listed[:5]):
        username = user["username"]
        simulator.people[username] = Person(
            username, sub=user["id"], name=user["name"], email=user["primaryEmail"]
        )
    return simulator


@recording("190", "191", "192", "193", "197")
def test_each_page_says_how_many_there_are(administrator, seven):
    administrator.same("190", "191", "192", "193", "197")


@recording("194", "195")
def test_a_page_that_cannot_be_is_refused(administrator, seven):
    administrator.same("194", "195")


@recording("020")
def test_nobody_is_a_page_too(administrator, simulator):
    simulator.people.clear()
    administrator.same("020")
