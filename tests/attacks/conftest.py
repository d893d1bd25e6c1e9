"""What attacks are made with, and what they may not reach."""

import socket
from datetime import UTC, datetime

import pytest
import time_machine

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


@pytest.fixture
def clock():
    """A wall's clock that stands still, until it is told to go on."""
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def receiver():
    """A receiver of webhooks that raises ``receiver.error``, unless it is None."""
    from logto_auth.signals import webhook_received

    def receive(sender, event, **kwargs):
        receive.events.append(event.name)
        if receive.error is not None:
            raise receive.error

    receive.events, receive.error = [], None
    webhook_received.connect(receive)
    yield receive
    webhook_received.disconnect(receive)
