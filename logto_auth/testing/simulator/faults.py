"""Faults: how a network and an overloaded Logto misbehave, on demand."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from .path_suffix import matches

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# Closing throws away what was not sent yet, and tells so (socket(7), SO_LINGER).
_RESETS = struct.pack("ii", 1, 0)


@dataclass
class Fault:
    """What happens instead of, or around, the right answer.

    Without ``status``, ``body``, ``hang``, ``close`` and ``reset`` it is the right
    answer that is late, dripped, cut or given other headers.

    Args:
        status: Status of the answer; 200 when only ``body`` is given.
        body: Body of the answer.
        headers: Headers that replace those of the answer; with ``status`` or ``body``,
            ``Content-Type`` is JSON unless given.
        delay: Seconds before anything happens.
        drip: Seconds between any two bytes of the answer, its header included.
        hang: Never answer, until the fault is taken back or the client gives up.
        cut: Break off after this many bytes of a body whose header announces them all.
        close: Break the connection off without an answer.
        reset: The same by a TCP reset.
        after: Do what was asked for first, so that only the answer is spoiled: a code
            is then used up, a refresh token rotated.
        times: How many requests it strikes; None strikes all.
        method: Strike only requests of this method, such as ``POST``.
    """

    status: int | None = None
    body: bytes | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    drip: float = 0
    hang: bool = False
    cut: int | None = None
    close: bool = False
    reset: bool = False
    after: bool = False
    times: int | None = None
    method: str | None = None
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
        if self.hang or self.close or self.reset:
            return _broken_off(request, resets=self.reset)
        if self._replaces_answer:
            answer = self._answer()
        elif answer is None:
            answer = await handler(request)
        answer.headers.update(self.headers)
        if self.drip or self.cut is not None:
            return await self._write(request, answer)
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
        return web.Response(
            status=self.status or 200,
            body=body.encode() if isinstance(body, str) else body,
            headers={"Content-Type": "application/json; charset=utf-8"},
        )

    async def _write(
        self, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """Write what aiohttp would not: byte by byte, or less than is announced."""
        body = answer.body if isinstance(answer, web.Response) else b""
        content = body if isinstance(body, bytes) else b""
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        lines += [
            f"{name}: {value}"
            for name, value in answer.headers.items()
            if name != "Content-Length"
        ]
        lines += [f"Content-Length: {len(content)}", "Connection: close", "", ""]
        written = "\r\n".join(lines).encode() + content[: self.cut]
        step = 1 if self.drip else len(written)
        for start in range(0, len(written), step):
            if request.transport is None or request.transport.is_closing():
                break
            request.transport.write(written[start : start + step])
            await asyncio.sleep(self.drip)
        return _broken_off(request, answer, gently=True)


def _broken_off(
    request: web.Request,
    answer: web.StreamResponse | None = None,
    *,
    gently: bool = False,
    resets: bool = False,
) -> web.StreamResponse:
    """Close the connection; the answer that is returned is never written."""
    if request.transport is not None:
        if resets:
            connection = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
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

    def take(self, path: str, method: str) -> Fault | None:
        """Return the fault for a request to ``path``, counting it."""
        for suffix, fault in list(self._faults.items()):
            if not matches(path, suffix) or fault.method not in (None, method):
                continue
            if fault.times is not None:
                if fault.times <= 0:
                    continue
                fault.times -= 1
            return fault
        return None
