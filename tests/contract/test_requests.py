"""Requests that need no sign-in are answered as a real Logto answered them.

The numbers here and in the other files name recordings in ``tests/recordings/wire``.
With a real Logto in the environment (see `server_under_test`) the tests run there.
"""

import pytest

from .recordings import WIRE, load

ALONE = [
    name
    for name in sorted(path.stem for path in WIRE.glob("*.json"))
    if name.startswith(("30", "31", "32", "619"))
    and not name.startswith("306")  # which follows what was set up before
]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.recording(name)) for name in ALONE]
)
def test_a_request_that_needs_no_sign_in_is_answered_alike(name, server, same):
    same(name, server.replay(name))


def test_metadata_has_the_same_values(server):
    document = server.replay("300").json()
    expected = {
        key: server.actual(value) if isinstance(value, str) else value
        for (key, value) in load("300-discovery")["response"]["body"].items()
    }
    assert document == expected
