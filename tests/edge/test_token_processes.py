"""Access tokens of a session that four processes serve at the same time."""

import pytest
from django.db import connection

from tests.asking import TOKEN
from tests.edge.token_site import (
    PROCESSES,
    SERVERS,
    SYNC,
    newest_refresh_tokens,
    stored_refresh_tokens,
    token_site,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.databases,
]


def fifty_at_once(site, *, rotates=False):
    """Return the tokens that fifty requests of one session used when hers had ended."""
    connections = site.connect_to_all(site.sign_in_expired("alice"), 50)
    if rotates:
        site.rotate_always()
    answers = site.tokens_at_once(connections)
    assert [answer.status for answer in answers] == [200] * 50
    assert len({answer.process for answer in answers}) == PROCESSES
    return {answer.token for answer in answers}


@pytest.mark.catalogue(86)
@pytest.mark.parametrize("server", SERVERS)
def test_fifty_at_once_are_one_refresh(simulator, tmp_path, server):
    with token_site(simulator, tmp_path, SERVERS[server]) as site:
        assert len(fifty_at_once(site)) == 1
        assert simulator.count(TOKEN) == 1


def test_fifty_at_once_are_one_refresh_with_sessions_in_redis(
    simulator, tmp_path, redis
):
    with token_site(simulator, tmp_path, SYNC, SERVER_CACHE=redis) as site:
        assert len(fifty_at_once(site)) == 1
        assert simulator.count(TOKEN) == 1


@pytest.mark.catalogue(86)
def test_fifty_at_once_in_transactions(simulator, tmp_path):
    """On SQLite, where nobody can write beside a transaction, one for each process."""
    with token_site(simulator, tmp_path, SYNC, SERVER_ATOMIC_REQUESTS=1) as site:
        tokens = fifty_at_once(site, rotates=True)
        at_most = PROCESSES if connection.vendor == "sqlite" else 1
        assert 1 <= len(tokens) <= at_most
        assert simulator.count(TOKEN) == len(tokens)
        (kept,) = stored_refresh_tokens().values()
        assert simulator.grants.is_alive(kept)


@pytest.mark.catalogue(86)
def test_a_view_that_fails_after_a_rotation_leaves_it_to_the_next(simulator, tmp_path):
    with token_site(simulator, tmp_path, SYNC, SERVER_ATOMIC_REQUESTS=1) as site:
        first, *others = site.connect_to_all(site.sign_in_expired("alice"), PROCESSES)
        site.rotate_always()
        (old,) = stored_refresh_tokens().values()
        assert site.token(first, fail=1).status == 500
        (rotated,) = stored_refresh_tokens().values()
        assert rotated != old
        assert rotated == newest_refresh_tokens(simulator)["alice0000001"]
        answers = site.tokens_at_once(others)
        assert [answer.status for answer in answers] == [200] * len(others)
        assert len({answer.token for answer in answers}) == 1
        assert simulator.count(TOKEN) == 1
        site.clear(first)
        assert site.token(others[0]).status == 200
        assert simulator.grants.tokens[rotated].consumed_at is not None
        assert simulator.count(TOKEN) == 2
