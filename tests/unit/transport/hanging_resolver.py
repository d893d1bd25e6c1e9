"""A resolver of names that hangs, in place of the system's."""

from __future__ import annotations

import socket
import threading

from logto_auth.engine.transport import Request

NAME = "logto.test"


class Resolver:
    """Stands for the system's; hangs over ``NAME`` until it is let go."""

    def __init__(self):
        self.goes_on = threading.Event()
        self.outcome = ["127.0.0.1"]
        self.asked = []
        self.real = socket.getaddrinfo

    def getaddrinfo(self, host, port, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        self.asked.append((name, threading.current_thread()))
        if not name.endswith(".test"):
            return self.real(host, port, *args, **kwargs)
        self.goes_on.wait(15)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        kind = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(*kind, (address, port)) for address in self.outcome]

    @property
    def lookups(self):
        return [name for name, _ in self.asked if name.endswith(".test")]


def request_to(port, name=NAME):
    return Request("GET", f"http://{name}:{port}/")
