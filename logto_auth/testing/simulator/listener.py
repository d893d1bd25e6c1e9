"""The port that the simulator listens on, and where it must never do so."""

from __future__ import annotations

import errno
import socket

from django.conf import settings
from django.core import mail

from ...errors import ConfigurationError


class PortInUse(OSError):
    """Another program listens on ``port`` of ``host``."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} of {host} is in use")
        self.host = host
        self.port = port


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``port``, or on a free port when it is 0.

    Raises:
        PortInUse: Another program does.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from error
        raise
    return listener


def refuse_production() -> None:
    """Let the simulator run where Django is absent, being developed or under test.

    Raises:
        ConfigurationError: Django is configured with ``DEBUG = False`` and no test
            environment is set up.
    """
    is_test_run = hasattr(mail, "outbox")
    if settings.configured and not settings.DEBUG and not is_test_run:
        raise ConfigurationError(
            "the Logto simulator refuses to run as issuer with DEBUG = False"
        )
