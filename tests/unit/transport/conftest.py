"""Each test has a client of its own; `exchange` sends in both modes."""

import socket
import threading

import pytest

from .hanging_resolver import Resolver
from .local_server import blocking, on_loop, own_client


@pytest.fixture(autouse=True)
def client_of_this_test():
    with own_client():
        yield


@pytest.fixture(params=[blocking, on_loop])
def exchange(request):
    return request.param


@pytest.fixture
def resolver(monkeypatch):
    resolver = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)
    yield resolver
    resolver.goes_on.set()
    for thread in threading.enumerate():
        if thread.name == "logto lookup":
            thread.join()
