"""What the engine relies on in httpx2; an upgrade that breaks it fails here."""

import httpcore2
import httpx2
import pytest

KINDS = {
    httpx2.Client: httpcore2.NetworkBackend,
    httpx2.AsyncClient: httpcore2.AsyncNetworkBackend,
}


@pytest.mark.parametrize("client", KINDS, ids=lambda client: client.__name__)
def test_a_client_connects_through_the_backend_of_its_pool(client, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    client, backend = client(), KINDS[client]
    proxies = [transport for transport in client._mounts.values() if transport]
    assert len(proxies) == 1, "the environment's proxies have pools of their own"
    for transport in (client._transport, *proxies):
        assert isinstance(transport._pool._network_backend, backend)
