"""Each test has a client of its own; `exchange` sends in both modes."""

import pytest

from .local_server import blocking, on_loop, own_client


@pytest.fixture(autouse=True)
def client_of_this_test():
    with own_client():
        yield


@pytest.fixture(params=[blocking, on_loop])
def exchange(request):
    return request.param
