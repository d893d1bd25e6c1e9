"""Waiting for what happens on an event loop, and holding Logto's answers back."""

import asyncio
import inspect
import threading

ENOUGH_SECONDS = 10
_FORGERS = {"/oidc/token": "forge_token_response", "/oidc/me": "forge_userinfo"}


async def until(condition):
    """Wait until something is so."""
    for _ in range(100 * ENOUGH_SECONDS):
        found = condition()
        if await found if inspect.isawaitable(found) else found:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was")


class Held:
    """Holds the right answers of an endpoint back until it is told otherwise."""

    def __init__(self, logto):
        self.logto = logto
        self.goes_on = threading.Event()

    def hold(self, path):
        def forge(document):
            assert self.goes_on.wait(ENOUGH_SECONDS)
            return document

        setattr(self.logto, _FORGERS[path], forge)
