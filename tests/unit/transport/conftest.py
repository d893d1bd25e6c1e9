"""Each test has a client of its own; `exchange` sends in both modes."""

import socket
import threading

import pytest

from logto_auth.engine import sockets

from .certificates import certificate
from .hanging_resolver import Resolver
from .local_server import blocking, on_loop, own_client

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


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


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls") / "trusted.pem")


@pytest.fixture
def tls_environment(monkeypatch, trusted):
    """No proxies, and the test's certificate as the only one that is trusted."""
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    sockets.ssl_context.cache_clear()
    with own_client():
        yield
    sockets.ssl_context.cache_clear()
