"""Faults: how a network and an overloaded Logto misbehave, on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from .path_suffix import matches

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Fault:
    """What happens instead of, or around, the right answer.

    Without ``status``, ``body``, ``hang`` and ``close`` the answer is right but late.

    Args:
        status: Status of the answer; 200 when only ``body`` is given.
        body: Body of the answer.
        headers: Headers of the answer; ``Content-Type`` is JSON unless given.
        delay: Seconds before anything happens.
        drip: Seconds between any two bytes of the answer, its header included.
        hang: Never answer, until the fault is taken back or the client gives up.
        close: Break the connection off without an answer.
        after: Do what was asked for first, so that only the answer is spoiled: a code
            is then used up, a refresh token rotated.
        times: How many requests it strikes; None strikes all.
    """

    status: int | None = None
    body: bytes | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    drip: float = 0
    hang: bool = False
    close: bool = False
    after: bool = False
    times: int | None = None
    _hanging: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    @property
    def _replaces_answer(self) -> bool:
        return self.status is not None or self.body is not None

    async def strike(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Answer ``request`` with this fault."""
        answer = await handler(request) if self.after else None
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.hang:
            await self._hang()
        if self.hang or self.close:
            return _broken_off(request)
        if self._replaces_answer:
            answer = self._answer()
        elif answer is None:
            answer = await handler(request)
        if self.drip:
            return await self._drip(request, answer)
        return answer

    def let_go(self) -> None:
        """Break off, from any thread, the connections that this fault lets hang."""
        for loop, over in list(self._hanging):
            loop.call_soon_threadsafe(over.set)

    async def _hang(self) -> None:
        hanging = (asyncio.get_running_loop(), asyncio.Event())
        self._hanging.append(hanging)
        try:
            await hanging[1].wait()
        finally:
            self._hanging.remove(hanging)

    def _answer(self) -> web.Response:
        body = self.body or b""
        headers = {"Content-Type": "application/json; charset=utf-8", **self.headers}
        return web.Response(
            status=self.status or 200,
            body=body.encode() if isinstance(body, str) else body,
            headers=headers,
        )

    async def _drip(
        self, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        body = answer.body if isinstance(answer, web.Response) else b""
        content = body if isinstance(body, bytes) else b""
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        lines += [
            f"{name}: {value}"
            for name, value in answer.headers.items()
            if name != "Content-Length"
        ]
        lines += [f"Content-Length: {len(content)}", "Connection: close", "", ""]
        for byte in "\r\n".join(lines).encode() + content:
            if request.transport is None or request.transport.is_closing():
                break
            request.transport.write(bytes((byte,)))
            await asyncio.sleep(self.drip)
        return _broken_off(request, answer, gently=True)


def _broken_off(
    request: web.Request,
    answer: web.StreamResponse | None = None,
    *,
    gently: bool = False,
) -> web.StreamResponse:
    """Close the connection; the answer that is returned is never written."""
    if request.transport is not None:
        if gently:
            request.transport.close()
        else:
            request.transport.abort()
    return web.Response(status=answer.status if answer else 500)


class Faults:
    """The faults that are in force, by the end of the path that they strike."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def put(self, path_suffix: str, fault: Fault) -> None:
        """Strike requests whose path ends in ``path_suffix``.

        A fault that was put there before is taken back. ``*`` stands for one segment,
        such as the id in ``/oidc/auth/*``.
        """
        former = self._faults.get(path_suffix)
        self._faults[path_suffix] = fault
        if former is not None and former is not fault:
            former.let_go()

    def clear(self) -> None:
        """Take every fault back."""
        for fault in list(self._faults.values()):
            fault.let_go()
        self._faults.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault for a request to ``path``, counting it."""
        for suffix, fault in list(self._faults.items()):
            if not matches(path, suffix):
                continue
            if fault.times is not None:
                if fault.times <= 0:
                    continue
                fault.times -= 1
            return fault
        return None
