"""Logto waits two and a half seconds for an answer, whatever keys it takes."""

import time

import pytest
from django.db import connection

from logto_auth.models import LogtoSession
from logto_auth.testing import Fault
from tests.journey import Journey

from .forging import forget_logto
from .logout_tokens import is_signed_in, register, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.catalogue(103)]
PATIENCE = 2.5


@pytest.fixture
def signed_in(journey, logto):
    register(logto)
    journey.sign_in("alice")
    return journey.client


def test_with_nothing_cached_the_keys_are_fetched(signed_in, logto):
    token = logto.logout_token("alice")
    forget_logto()
    logto.forget_calls()
    assert send(signed_in, token).status_code == 200
    assert logto.count("/oidc/jwks") == 1
    assert not is_signed_in(signed_in)


def test_with_the_keys_at_hand_nothing_is_fetched_and_little_asked(signed_in, logto):
    token = logto.logout_token("alice")
    logto.forget_calls()
    with CaptureQueries() as queries:
        assert send(signed_in, token).status_code == 200
    assert logto.calls == []
    # Is it new; two for the session that has ended; whose session is it, and five to
    # end that on both sides of its row; note the token. The same for many sessions.
    assert len(queries) <= 9, queries


@pytest.mark.parametrize("fault", [{"hang": True}, {"drip": 0.2}, {"status": 500}])
@pytest.mark.parametrize("path", ["/oidc/jwks", "/.well-known/openid-configuration"])
def test_keys_that_do_not_come_end_no_session_and_keep_nobody_waiting(
    path, fault, signed_in, logto
):
    token = logto.logout_token("alice")
    forget_logto()
    logto.faults.put(path, Fault(**fault))
    began = time.monotonic()
    assert send(signed_in, token).status_code == 400
    assert time.monotonic() - began < PATIENCE
    logto.faults.clear()
    assert LogtoSession.objects.count() == 1
    # Nothing was used up: it can come again.
    forget_logto()
    assert send(signed_in, token).status_code == 200


def test_a_key_that_is_new_is_fetched_once(signed_in, logto):
    logto.rotate_keys()
    logto.forget_calls()
    assert send(signed_in, logto.logout_token("alice")).status_code == 200
    assert logto.count("/oidc/jwks") == 1


def test_keys_that_nobody_has_cost_one_fetch_however_many_come(signed_in, logto):
    logto.forge_logout_token = lambda claims, header: (
        claims,
        {**header, "kid": "nobody's"},
    )
    tokens = [logto.logout_token("alice") for _ in range(20)]
    logto.forget_calls()
    assert {send(signed_in, token).status_code for token in tokens} == {400}
    assert logto.count("/oidc/jwks") <= 1
    assert is_signed_in(signed_in)


def test_everybody_who_signed_in_with_one_logto_session_is_out(logto, client):
    register(logto)
    logto.application.back_channel_logout_session_required = False
    for _ in range(5):
        Journey(logto, client.__class__()).sign_in("alice")
    assert send(client, logto.logout_token("alice")).status_code == 200
    assert not LogtoSession.objects.exists()


class CaptureQueries(list):
    """The statements of a block, without transaction control."""

    def __enter__(self):
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *error):
        self._context.__exit__(*error)
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
        self += [
            query["sql"]
            for query in self._context.captured_queries
            if not query["sql"].startswith(control)
        ]
