"""Four processes of gunicorn, on the default cache of each, are one site."""

import asyncio
import contextlib
import time
from collections import Counter
from urllib.parse import urlsplit

import httpx2
import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from logto_auth.models import LogtoAccount, LogtoSession, UsedAttempt
from logto_auth.testing import Fault, Person, Visitor
from tests.edge.served import GUNICORN, STARTING_SECONDS, serve_tests_site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.databases,
]

PROCESSES = 4
# A process that takes more connections than it has threads would leave the others none.
FOUR_PROCESSES = [
    *GUNICORN,
    f"--workers={PROCESSES}",
    "--preload",
    "--threads=4",
    "--worker-connections=4",
]
ONE_CONNECTION_A_REQUEST = {"Accept": "text/html", "Connection": "close"}
DISCOVERY, KEYS = "/oidc/.well-known/openid-configuration", "/oidc/jwks"
TOKEN = "/oidc/token"


@pytest.fixture
def site(simulator, tmp_path):
    """The address of a site that nobody has asked anything yet."""
    # Closed, or SQLite's locks of this process would be in the way of the others.
    database = str(connection.settings_dict["NAME"])
    connection.close()
    running = serve_tests_site(simulator, tmp_path, FOUR_PROCESSES, database=database)
    with running as address:
        wait_for_all(address)
        yield address


def wait_for_all(site):
    """Wait until every process has answered, with a page that needs no Logto."""
    seen, deadline = set(), time.monotonic() + STARTING_SECONDS
    with httpx2.Client(
        base_url=site, headers=ONE_CONNECTION_A_REQUEST, timeout=30
    ) as client:
        while len(seen) < PROCESSES:
            assert time.monotonic() < deadline, seen
            seen.add(client.get("/").headers["X-Process"])


@pytest.fixture
async def browsers(site):
    """Return so many browsers with the same cookies."""
    async with contextlib.AsyncExitStack() as stack:

        async def open_some(number, cookies=None):
            return [
                await stack.enter_async_context(
                    httpx2.AsyncClient(
                        base_url=site,
                        cookies=cookies,
                        headers=ONE_CONNECTION_A_REQUEST,
                        timeout=30,
                    )
                )
                for _ in range(number)
            ]

        yield open_some


async def started(browser):
    """Return Logto's address for a new sign-in, and the process that gave it."""
    response = await browser.get("/logto/sign-in/?next=/protected/")
    assert response.status_code == 302, response.text
    return response.headers["Location"], response.headers["X-Process"]


async def back_from(simulator, address, username):
    """Sign in at Logto; return the callback."""
    return await asyncio.to_thread(Visitor(simulator).sign_in, address, username)


@pytest.mark.catalogue(16, 70, 78)
async def test_many_who_come_at_once_to_a_cold_site_each_become_one_user(
    simulator, browsers
):
    people = [Person(username=f"new{number}") for number in range(8)]
    for person in people:
        simulator.people[person.username] = person
    # Everybody comes with two browsers.
    names = [person.username for person in people] * 2
    visitors = await browsers(len(names))
    simulator.forget_calls()
    for path in (DISCOVERY, KEYS):
        simulator.faults.put(path, Fault(delay=0.3))
    starts = await asyncio.gather(*map(started, visitors))
    callbacks = await asyncio.gather(
        *(
            back_from(simulator, address, name)
            for (address, _), name in zip(starts, names, strict=True)
        )
    )
    finished = await asyncio.gather(
        *(b.get(url) for b, url in zip(visitors, callbacks, strict=True))
    )
    assert {response.status_code for response in finished} == {302}
    processes = {process for _, process in starts}
    processes |= {response.headers["X-Process"] for response in finished}
    assert 1 < len(processes) <= PROCESSES
    assert simulator.count(DISCOVERY) <= len(processes)
    assert simulator.count(KEYS) <= len(processes)
    assert simulator.count(TOKEN) == len(names)
    for browser, name in zip(visitors, names, strict=True):
        assert (await browser.get("/protected/")).json()["user"] == name
    assert await get_user_model().objects.acount() == len(people)
    assert await LogtoAccount.objects.acount() == len(people)
    assert await LogtoSession.objects.acount() == len(names)


@pytest.mark.catalogue(16, 38)
async def test_one_callback_twenty_times_at_once_is_one_token_request(
    site, simulator, browsers
):
    (browser,) = await browsers(1)
    address, _ = await started(browser)
    callback = await back_from(simulator, address, "alice")
    simulator.forget_calls()
    simulator.faults.put(TOKEN, Fault(delay=0.3))
    copies = await browsers(20, browser.cookies)
    answers = await asyncio.gather(*(copy.get(callback) for copy in copies))
    assert simulator.count(TOKEN) == 1
    assert len({answer.headers["X-Process"] for answer in answers}) > 1
    assert {answer.status_code for answer in answers} == {302}
    ours, logto = urlsplit(site).netloc, urlsplit(simulator.endpoint).netloc
    went = Counter(
        urlsplit(answer.headers["Location"]).netloc or ours for answer in answers
    )
    # One is signed in; to the others, who have no session, Logto is asked again.
    assert went == {ours: 1, logto: 19}
    signed_in = [
        copy
        for copy, answer in zip(copies, answers, strict=True)
        if answer.headers["Location"] == "/protected/"
    ]
    assert (await signed_in[0].get("/protected/")).json()["user"] == "alice"
    assert await get_user_model().objects.acount() == 1
    assert await LogtoAccount.objects.acount() == 1
    assert await LogtoSession.objects.acount() == 1
    assert await UsedAttempt.objects.acount() == 1
