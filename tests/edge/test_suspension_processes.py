"""A suspension that one process is told of is known to all of them."""

import time

import httpx2
import pytest
from django.db import connection

from logto_auth.models import LogtoSession
from logto_auth.testing import Hook
from tests.edge.served import (
    GUNICORN,
    STARTING_SECONDS,
    new_browser,
    serve_tests_site,
    sign_in,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.databases,
]
KEY = "JvJ7y261D3sjCbLyVrG15YHsGPpNOD9C"
PROCESSES = 3
COMMAND = [*GUNICORN, f"--workers={PROCESSES}", "--threads=2", "--preload"]


def test_out_at_the_next_request_in_every_process(simulator, tmp_path):
    database = str(connection.settings_dict["NAME"])
    connection.close()
    running = serve_tests_site(
        simulator, tmp_path, COMMAND, database=database, SERVER_WEBHOOK_KEYS=KEY
    )
    with running as site, new_browser(site) as alice, new_browser(site) as sofia:
        sign_in(alice, simulator, "/protected/", "alice")
        sign_in(sofia, simulator, "/protected/", "sofia")
        assert answers_of_all(site, alice) == {200}
        simulator.hooks.append(Hook(f"{site}/logto/webhook/", signing_key=KEY))
        simulator.clock.advance(1)
        simulator.suspend("alice")
        simulator.deliveries.settle()
        assert [item.status for item in simulator.deliveries.all] == [200]
        assert answers_of_all(site, alice) == {302}
        assert answers_of_all(site, sofia) == {200}
    assert LogtoSession.objects.count() == 1


def answers_of_all(site, browser):
    """Ask every process for a page for users; return the answers' statuses."""
    seen, statuses = set(), set()
    deadline = time.monotonic() + STARTING_SECONDS
    while len(seen) < PROCESSES:
        assert time.monotonic() < deadline, seen
        # With a connection of its own, which any of them may take.
        answer = httpx2.get(
            f"{site}/protected/",
            cookies=dict(browser.cookies),
            headers={"Accept": "text/html", "Connection": "close"},
            timeout=30,
        )
        statuses.add(answer.status_code)
        seen.add(answer.headers["X-Process"])
    return statuses
