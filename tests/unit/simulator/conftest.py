"""A simulator of its own for each test, an application and a visitor."""

import pytest

from logto_auth.testing import Simulator, Visitor

from .simulator_client import Client
from .site_listener import SiteListener


@pytest.fixture
def simulator():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def client(simulator):
    return Client(simulator)


@pytest.fixture
def visitor(simulator):
    return Visitor(simulator)


@pytest.fixture
def site():
    site = SiteListener()
    yield site
    site.close()
