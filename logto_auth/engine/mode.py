"""Blocking or on an event loop: what differs, so that everything else is written once.

Protocol code is written as coroutines that reach the world only through a ``Mode``.
On an event loop they are awaited. Without one, `run_blocking` drives them: in
``BLOCKING`` mode nothing ever suspends, so one ``send`` reaches the end, with no event
loop and no thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation

from ..errors import LogtoError
from ..log import Event, log

if TYPE_CHECKING:
    from .transport import Request, Response

P = ParamSpec("P")
T = TypeVar("T")


class Mode(Protocol):
    """How a coroutine of ours reaches threads, clocks and the network."""

    async def call(
        self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function that may block (ORM, sessions, cache)."""

    async def call_cache(
        self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function of `shared_cache`, in whatever thread.

        Who holds a lock may wait for this and for the network, but not for `call`: the
        thread of that may be taken by somebody who waits for the lock.
        """

    async def sleep(self, seconds: float) -> None:
        """Pause this coroutine."""

    async def shield(
        self,
        work: Coroutine[Any, Any, T],
        *,
        when_abandoned: Callable[[], object] | None = None,
    ) -> T:
        """Run ``work`` to its end even when the visitor disconnects.

        Args:
            when_abandoned: Run in the end, in a thread that may block, if they did.
        """

    async def send(self, request: Request) -> Response:
        """Send one HTTP request within the deadline."""


class Blocking:
    """Where no event loop runs: nothing ever suspends."""

    async def call(
        self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return function(*args, **kwargs)

    call_cache = call

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251  # no loop runs here

    async def shield(
        self,
        work: Coroutine[Any, Any, T],
        *,
        when_abandoned: Callable[[], object] | None = None,
    ) -> T:
        return await work

    async def send(self, request: Request) -> Response:
        from .transport import send

        return send(request)


class _OnLoop:
    async def call(
        self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await sync_to_async(function)(*args, **kwargs)

    async def call_cache(
        self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        from .shared_cache import is_in_database

        # Whose rows may be in a transaction of the one thread that has a connection.
        hop = sync_to_async(function, thread_sensitive=is_in_database())
        return await hop(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def shield(
        self,
        work: Coroutine[Any, Any, T],
        *,
        when_abandoned: Callable[[], object] | None = None,
    ) -> T:
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            ending = asyncio.ensure_future(_end_abandoned(task, when_abandoned))
            _abandoned.add(ending)  # an event loop holds its tasks only weakly
            ending.add_done_callback(_abandoned.discard)
            raise

    async def send(self, request: Request) -> Response:
        from .transport import asend

        return await asend(request)


_abandoned: set[asyncio.Future[Any]] = set()


async def _end_abandoned(
    task: asyncio.Future[Any], when_abandoned: Callable[[], object] | None
) -> None:
    """Wait for work that nobody waits for any more, and note how it ended."""
    await asyncio.wait([task])
    error = None if task.cancelled() else task.exception()
    if error is not None:
        code = error.code if isinstance(error, LogtoError) else type(error).__name__
        log(Event.ABANDONED_WORK_FAILED, code=code)
    if when_abandoned is not None:
        await sync_to_async(when_abandoned)()


BLOCKING: Mode = Blocking()
ON_LOOP: Mode = _OnLoop()


def loop_is_running() -> bool:
    """Tell whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_blocking(work: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that was given ``BLOCKING`` to its end.

    Raises:
        SynchronousOnlyOperation: An event loop runs here, and would be held up.
        RuntimeError: The coroutine suspended: something in it awaited a real event.
    """
    if loop_is_running():
        work.close()
        raise SynchronousOnlyOperation("on an event loop, await the async twin instead")
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("a coroutine suspended without an event loop")
