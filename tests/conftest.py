"""What the tests share: a simulated Logto, a visitor's two browsers in one."""

import os
import socket

import pytest
from asgiref.sync import SyncToAsync
from django.core.cache import cache
from django.db import connections

from tests.journey import AsyncJourney, Journey


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Close, before the databases go, what async tests opened in asgiref's thread."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture
def simulator():
    """A Logto that knows the addresses under which the tests' project is met."""
    from logto_auth.testing import Application, Simulator

    sites = ("http://testserver", "http://localhost:8000", "https://testserver")
    application = Application(
        app_id="demo-app",
        secret="demo-secret",
        redirect_uris=tuple(f"{site}/logto/callback/" for site in sites),
        post_logout_redirect_uris=tuple(f"{site}/logto/signed-out/" for site in sites),
    )
    with Simulator(applications=[application]) as simulator:
        yield simulator


@pytest.fixture
def logto(simulator, settings):
    """The simulator, as the Logto of this test's settings."""
    from logto_auth.engine.provider import forget_providers

    settings.LOGTO = {
        "ENDPOINT": simulator.endpoint,
        "APP_ID": simulator.application.app_id,
        "APP_SECRET": simulator.application.secret,
    }
    forget_providers()
    cache.clear()
    yield simulator
    forget_providers()
    cache.clear()


@pytest.fixture
def journey(logto, client):
    """A visitor of the site and of Logto."""
    return Journey(logto, client)


@pytest.fixture
def journey_async(logto, async_client):
    """The same visitor at a site that runs on an event loop."""
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
