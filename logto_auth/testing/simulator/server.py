"""The simulator's server: one thread, one event loop, one port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self, cast

from aiohttp import web

from . import (
    asset,
    authorization,
    consent,
    discovery,
    end_session,
    experience_api,
    interaction,
    introspection,
    revocation,
    social,
    token,
    userinfo,
)
from .answers import not_found
from .application import Application
from .faults import Faults, Handler
from .listener import listening_socket, refuse_production
from .people import PEOPLE
from .person import Person
from .tenant import TENANT, Tenant
from .traffic import Traffic

KEEP_ALIVE_SECONDS = 5
SHUTDOWN_SECONDS = 0.001  # aiohttp takes 0 for "as long as it takes"
_MODULES = (
    asset,
    authorization,
    consent,
    discovery,
    end_session,
    experience_api,
    interaction,
    introspection,
    revocation,
    social,
    token,
    userinfo,
)


class Simulator(Tenant, Traffic):
    """A Logto for development and tests, in a thread of this process.

    It holds no data across processes and checks no real passwords: never let anybody
    but yourself reach it.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one, which `start` keeps from then on.
        public_host: Host name in ``endpoint``, which is part of the issuer.
        applications: What is registered; one demo application by default.
        people: Who may sign in, copied.
        resources: Indicators of the API resources that may be asked for.
        algorithm: What ID tokens are signed with.

    Example::

        with Simulator() as simulator:
            settings.LOGTO["ENDPOINT"] = simulator.endpoint
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        public_host: str = "localhost",
        *,
        applications: Iterable[Application] | None = None,
        people: Iterable[Person] = PEOPLE,
        resources: Iterable[str] = (),
        algorithm: str = "ES384",
    ) -> None:
        Tenant.__init__(
            self,
            applications=[Application()] if applications is None else applications,
            people=people,
            resources=resources,
            algorithm=algorithm,
        )
        Traffic.__init__(self)
        self.host = host
        self.port = port
        self.public_host = public_host
        self.faults = Faults()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    @property
    def application(self) -> Application:
        """The first application."""
        return next(iter(self.applications.values()))

    @property
    def refresh_tokens(self) -> list[str]:
        """The refresh tokens that still work."""
        return [
            value
            for value, item in self.grants.tokens.items()
            if item.kind == "refresh_token" and self.is_alive(value)
        ]

    def is_alive(self, token: str) -> bool:
        """Whether a code, access token or refresh token still works."""
        return self.grants.is_alive(token)

    def rotate_keys(self, *, keep_previous: bool = True) -> None:
        """Sign with a fresh key; see `Keys.rotate`."""
        self.keys.rotate(keep_previous=keep_previous)

    def start(self) -> Self:
        """Listen and answer until `stop`.

        After a `stop` it goes on where it was, at the same address.

        Raises:
            PortInUse: Another program listens there.
            ConfigurationError: Django is configured for production.
        """
        refuse_production()
        if self._thread is not None:
            return self
        listener = listening_socket(self.host, self.port)
        self.port = listener.getsockname()[1]
        self.endpoint = f"http://{self.public_host}:{self.port}"
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run,
            args=(listener, ready),
            name="logto-simulator",
            daemon=True,
        )
        self._thread.start()
        ready.wait()
        return self

    def stop(self) -> None:
        """Break off every connection and stop listening."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, listener: socket.socket, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(listener, ready))
        finally:
            ready.set()  # whoever started it must not wait for ever

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        runner = web.AppRunner(
            self._web_application(),
            access_log=None,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        protocols = cast(web.Server, runner.server)

        def accepted() -> asyncio.Protocol:
            self.connections += 1
            return protocols()

        server = await self._loop.create_server(accepted, sock=listener)
        ready.set()
        await self._stop.wait()
        server.close()
        await runner.cleanup()

    def _web_application(self) -> web.Application:
        application = web.Application(middlewares=[self._middleware])
        application[TENANT] = self
        for module in _MODULES:
            application.add_routes(module.routes())
        return application

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        await self.note(request)
        fault = self.faults.take(request.path)
        if fault is not None:
            return await fault.strike(request, _answer_with(handler))
        return await _answer_with(handler)(request)


def _answer_with(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            response = not_found()
        response.headers["Keep-Alive"] = f"timeout={KEEP_ALIVE_SECONDS}"
        return response

    return answer
