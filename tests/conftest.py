"""What the tests share: a simulated Logto, a visitor's two browsers in one."""

import os
import socket

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections

from tests.journey import AsyncJourney, Journey

# What the wheel's entry point does where the wheel is installed.
pytest_plugins = [
    "logto_auth.pytest_plugin",
    "tests.asking",
    "tests.guard",
    "tests.outcomes",
]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Close, before the databases go, what async tests opened in asgiref's thread."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture
def logto_sites():
    """The addresses under which the tests' project is met."""
    return ("http://testserver", "http://localhost:8000", "https://testserver")


@pytest.fixture
def simulator(logto):
    """The simulator, for tests of sites in processes of their own."""
    return logto


@pytest.fixture
def hooks(logto, settings):
    """Makes functions, by their names, the hooks of the site."""
    from logto_auth.hooks import Hooks

    def use(**functions):
        made = type("SiteHooks", (Hooks,), functions)
        settings.LOGTO = {**settings.LOGTO, "HOOKS": made}

    return use


@pytest.fixture
def received():
    """The webhook events that a receiver of the site's was told."""
    from logto_auth.signals import webhook_received

    events = []

    def receive(sender, event, **kwargs):
        events.append(event)

    webhook_received.connect(receive)
    yield events
    webhook_received.disconnect(receive)


@pytest.fixture
def journey(logto, client):
    """A visitor of the site and of Logto."""
    return Journey(logto, client)


@pytest.fixture
def journey_async(logto, async_client, transactional_db):
    """The same visitor at a site that runs on an event loop.

    Django queries in another thread then, past a transaction around the test.
    """
    return AsyncJourney(logto, async_client)


@pytest.fixture
def pat_async(transactional_db, django_user_model):
    """A local user with a password only, for async tests."""
    return django_user_model.objects.create_user("pat")


@pytest.fixture
def async_client_class():
    """Django's async test client, for tests with many visitors."""
    from django.test import AsyncClient

    return AsyncClient


@pytest.fixture
def redis():
    """The alias of a cache in Redis; with ``CI=true`` its absence is a failure."""
    from django.core.cache import caches

    with socket.socket() as probe:
        is_there = probe.connect_ex(("127.0.0.1", 6379)) == 0
    if not is_there and os.environ.get("CI") == "true":
        pytest.fail("Redis is not there: 127.0.0.1:6379")
    if not is_there:
        pytest.skip("Redis is not there: 127.0.0.1:6379")
    yield "redis"
    caches["redis"].clear()
