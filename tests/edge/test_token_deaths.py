"""A process that dies while Logto gives it new tokens, and an answer that is late."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from logto_auth.testing import Fault
from tests.asking import ENDED, TOKEN, access_tokens, digest, row, stored
from tests.edge.token_site import (
    SERVERS,
    newest_refresh_tokens,
    stored_refresh_tokens,
    token_site,
)
from tests.journey import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.databases,
]


def wait_for_refreshes(simulator, number):
    deadline = time.monotonic() + 10
    while simulator.count(TOKEN) < number:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.catalogue(86)
@pytest.mark.parametrize("server", SERVERS)
def test_another_takes_over_in_the_time_that_logto_gives(simulator, tmp_path, server):
    with token_site(simulator, tmp_path, SERVERS[server]) as site:
        connections = site.connect_to_all(site.sign_in_expired("alice"), 12)
        site.rotate_always()
        (old,) = stored_refresh_tokens().values()
        holder, *rest = connections
        others = [each for each in rest if each.process != holder.process]
        # It has been replaced at Logto when the process dies that nobody told.
        simulator.faults.put(TOKEN, Fault(after=True, delay=30, times=1))
        with ThreadPoolExecutor(len(connections)) as pool:
            died = pool.submit(site.token, holder)
            wait_for_refreshes(simulator, 1)
            waiting = [pool.submit(site.token, each) for each in others]
            os.kill(holder.process, signal.SIGKILL)
            answers = [each.result() for each in waiting]
            assert isinstance(died.exception(), OSError)
        assert [answer.status for answer in answers] == [200] * len(others)
        assert len({answer.token for answer in answers}) == 1
        assert simulator.count(TOKEN) == 2
        assert simulator.grants.tokens[old].consumed_at is not None
        (kept,) = stored_refresh_tokens().values()
        assert kept != old
        assert simulator.grants.is_alive(kept)
        site.clear(others[0])
        assert site.token(others[1]).status == 200
        assert simulator.count(TOKEN) == 3


def four_at_once(asker):
    """Return the tokens that four requests of one session used."""
    visitors = [asker.beside() for _ in range(4)]
    for each in visitors:
        each.client.cookies = asker.client.cookies
    answers = at_once(lambda visitor: visitor.ask(), [(each,) for each in visitors])
    assert [answer.status_code for answer in answers] == [200] * 4
    return {answer.json()["token"] for answer in answers}


@pytest.mark.catalogue(86)
def test_who_was_taken_for_dead_overwrites_nothing(rotating, logto):
    logto.faults.put(TOKEN, Fault(after=True, delay=2.6, times=1))
    (token,) = four_at_once(rotating)
    assert logto.count(TOKEN) == 2
    assert token == digest(access_tokens()[""])
    # The first call was answered last, and brought what nobody needs any more.
    assert stored()["refreshToken"] == newest_refresh_tokens(logto)["alice0000001"]


@pytest.mark.catalogue(86)
def test_an_answer_that_is_late_loses_nothing(rotating, logto, later):
    """Whoever asked beside it did so while Logto still took the replaced token."""
    old = stored()["refreshToken"]
    logto.faults.put(TOKEN, Fault(after=True, delay=4.3))
    assert len(four_at_once(rotating)) == 1
    assert logto.count(TOKEN) == 2
    assert stored()["refreshToken"] != old
    assert logto.grants.is_alive(stored()["refreshToken"])
    assert row().lease_until == 0
    logto.faults.clear()
    later(ENDED)
    assert rotating.token()
