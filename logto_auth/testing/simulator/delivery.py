"""Requests that the simulator sends to sites: webhooks and logout tokens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

SETTLE_SECONDS = 15


@dataclass
class Delivery:
    """One request to a site.

    Args:
        what: The event of a webhook, or ``backchannel-logout``.
        seconds: How long the site may take; as Logto, the simulator tries only once.
        hook_id: The webhook that it is sent for.
        status: Status of the site's answer; None while there is none.
        error: What went wrong instead, such as ``TimeoutError``, or
            ``CancelledError`` when the simulator was stopped or reset meanwhile.
    """

    what: str
    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    seconds: float = field(repr=False)
    hook_id: str | None = None
    status: int | None = None
    error: str = ""
    under_way: Future[None] | None = field(default=None, init=False, repr=False)


class Deliveries:
    """Every request to sites, in order.

    Attributes:
        all: What was sent or, while ``held``, would have been.
        held: Only write down what would be sent, for a test to deliver by itself.
    """

    def __init__(self) -> None:
        self.all: list[Delivery] = []
        self.held = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def use(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Send from ``loop``; None while the simulator stands still."""
        self._loop = loop

    def add(self, delivery: Delivery) -> None:
        """Write ``delivery`` down and start to send it, from any thread."""
        self.all.append(delivery)
        if self.held:
            return
        if self._loop is None:
            delivery.error = "the simulator is not running"
            return
        delivery.under_way = asyncio.run_coroutine_threadsafe(
            _send(delivery), self._loop
        )

    async def answered(self, deliveries: Iterable[Delivery]) -> None:
        """Wait, in the simulator's own loop, for some that are under way."""
        futures = [
            asyncio.wrap_future(item.under_way)
            for item in deliveries
            if item.under_way is not None
        ]
        await asyncio.gather(*futures, return_exceptions=True)

    def settle(self, timeout: float = SETTLE_SECONDS) -> None:
        """Wait, in a test's thread, until nothing is under way.

        Raises:
            TimeoutError: Something still is after ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        while running := self._under_way():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(running)} deliveries are still under way")
            wait(running, left)

    def again(self, delivery: Delivery, **changes: Any) -> Delivery:
        """Send a copy of ``delivery``, with ``changes`` to its fields."""
        copy = replace(delivery, **{"status": None, "error": "", **changes})
        self.add(copy)
        return copy

    def forget(self) -> None:
        """Break off what is under way and forget all."""
        for sent in self._under_way():
            sent.cancel()
        self.all = []
        self.held = False

    def _under_way(self) -> list[Future[None]]:
        sent = [item.under_way for item in self.all]
        return [item for item in sent if item is not None and not item.done()]


async def _send(delivery: Delivery) -> None:
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=delivery.seconds)) as session,
            session.post(
                delivery.url,
                data=delivery.body,
                headers=delivery.headers,
                allow_redirects=False,
            ) as answer,
        ):
            await answer.read()
            delivery.status = answer.status
    except (ClientError, OSError, ValueError, asyncio.CancelledError) as error:
        delivery.error = type(error).__name__
        if isinstance(error, asyncio.CancelledError):
            raise
