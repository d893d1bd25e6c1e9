"""What attacks are made with, and what they may not reach."""

import socket

import pytest

from tests.waiting import ENOUGH_SECONDS, Held


@pytest.fixture
def bait():
    """An address that a forgery names and that nobody may ask."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/bait"
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture
def held(logto, settings):
    """Hold an endpoint's answers back: ``held.hold(path)``, ``held.goes_on.set()``."""
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": ENOUGH_SECONDS}
    held = Held(logto)
    yield held
    held.goes_on.set()


@pytest.fixture
def trial(db, journey, refused, kept):
    """Sign-ins with forged ID tokens."""
    from .forging import Trial

    return Trial(journey, refused, kept)
