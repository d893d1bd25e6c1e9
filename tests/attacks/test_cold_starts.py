"""A process that just began asks Logto once for what everybody waits for."""

import asyncio

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from logto_auth.engine import sockets
from tests.journey import AsyncJourney, Journey, at_once, path_of

from .forging import DISCOVERY_PATH, KEYS_PATH, forget_logto

pytestmark = [
    pytest.mark.once,
    pytest.mark.catalogue(70),
    pytest.mark.django_db(transaction=True),
]
CROWD = 100


@pytest.fixture
def crowd(logto, settings):
    """The paths that were asked for at Logto, to be counted."""
    # How long a hundred take on this machine is no matter.
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 60}
    return logto.count


def answers(journeys, locations):
    """Return the callbacks of visitors who are all the same person with one browser
    at Logto, so that only the first has to sign in there."""
    visitor = journeys[0].visitor
    return [path_of(visitor.sign_in(location, "alice")) for location in locations]


def test_a_hundred_cold_starts_in_threads_and_their_cold_callbacks(logto, crowd):
    if connection.vendor != "sqlite":
        pytest.skip("a hundred threads are more connections than a server takes")
    journeys = [Journey(logto, Client()) for _ in range(CROWD)]
    forget_logto()
    sockets.drop_blocking_client()
    logto.forget_calls()
    started = at_once(
        lambda journey: (journey, journey.start()), [(one,) for one in journeys]
    )
    assert [call.path for call in logto.calls] == [DISCOVERY_PATH]
    assert logto.connections == 1

    urls = answers(journeys, [location for _, location in started])
    clients = [journey.client for journey, _ in started]
    forget_logto()
    logto.forget_calls()
    statuses = at_once(
        lambda client, url: client.get(url).status_code,
        [*zip(clients, urls, strict=True)],
    )
    assert statuses == [302] * CROWD
    assert (crowd(DISCOVERY_PATH), crowd(KEYS_PATH)) == (1, 1)
    assert get_user_model().objects.count() == 1


async def test_a_hundred_cold_starts_on_an_event_loop_and_their_cold_callbacks(
    logto, crowd, async_client_class
):
    journeys = [AsyncJourney(logto, async_client_class()) for _ in range(CROWD)]
    forget_logto()
    logto.forget_calls()
    locations = await asyncio.gather(*(journey.start() for journey in journeys))
    assert [call.path for call in logto.calls] == [DISCOVERY_PATH]
    assert logto.connections == 1

    urls = await asyncio.to_thread(answers, journeys, locations)
    forget_logto()
    logto.forget_calls()
    responses = await asyncio.gather(
        *(one.client.get(url) for one, url in zip(journeys, urls, strict=True))
    )
    assert [response.status_code for response in responses] == [302] * CROWD
    assert (crowd(DISCOVERY_PATH), crowd(KEYS_PATH)) == (1, 1)
    assert await get_user_model().objects.acount() == 1
