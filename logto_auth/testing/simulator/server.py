"""The simulator's server: one thread, one event loop, one port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
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
    management_api,
    revocation,
    single_sign_on,
    social,
    start,
    token,
    user_page,
    userinfo,
)
from .answers import error_answer, method_not_allowed, not_found
from .application import Application, machine_application
from .connector import CONNECTORS, Connector
from .console import Console
from .faults import Faults, Handler
from .hook import Hook
from .listener import listening_socket, refuse_production
from .oidc_error import OidcError
from .people import PEOPLE
from .person import Person
from .resource import Resource
from .tenant import TENANT
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
    management_api,
    revocation,
    single_sign_on,
    social,
    start,
    token,
    user_page,
    userinfo,
)


def routes() -> list[web.RouteDef]:
    """Return every endpoint."""
    return [route for module in _MODULES for route in module.routes()]


async def _accept_no_more(server: asyncio.Server) -> None:
    """Let what has been accepted become connections, which are closed with the rest.

    Python 3.13 complains of a connection that is accepted while the server is closed.
    """
    with suppress(NotImplementedError):  # a loop of Windows
        for listener in server.sockets:
            server.get_loop().remove_reader(listener)
    for _ in range(3):
        await asyncio.sleep(0)


class Simulator(Console, Traffic):
    """A Logto for development and tests, in a thread of this process.

    It holds no data across processes and checks no real passwords: never let anybody
    but yourself reach it.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one, which `start` keeps from then on.
        public_host: Host name in ``endpoint``, which is part of the issuer.
        applications: What is registered; by default one demo application, and a
            machine that may use the Management API.
        people: Who may sign in, copied.
        resources: The APIs that access tokens may be for; a plain indicator is one
            without scopes.
        hooks: Where webhooks are sent, copied.
        connectors: The providers that are set up, copied; by default Hugging Face,
            Facebook, Naver and an OIDC provider, all of them on the sign-in page.
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
        resources: Iterable[Resource | str] = (),
        hooks: Iterable[Hook] = (),
        connectors: Iterable[Connector] = CONNECTORS,
        algorithm: str = "ES384",
    ) -> None:
        # Before the tenant begins, because that is a `reset` already.
        Traffic.__init__(self)
        self.faults = Faults()
        Console.__init__(
            self,
            applications=(
                [Application(), machine_application()]
                if applications is None
                else applications
            ),
            people=people,
            resources=resources,
            hooks=hooks,
            connectors=connectors,
            algorithm=algorithm,
        )
        self.host = host
        self.port = port
        self.public_host = public_host
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def reset(self) -> None:
        """Be as at the beginning, for the next test: one call takes everything back.

        People, applications, connectors, the sign-in page, hooks, sessions, tokens,
        forgeries, faults, the clock, the key, and what was written down of requests and
        deliveries. The address stays.
        """
        super().reset()
        self.faults.clear()
        self.forget_calls()
        self.secrets.clear()

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
        self.deliveries.use(self._loop)
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
        self.deliveries.use(None)
        await _accept_no_more(server)
        server.close()
        await runner.cleanup()

    def _web_application(self) -> web.Application:
        application = web.Application(middlewares=[self._middleware])
        application[TENANT] = self
        application.add_routes(routes())
        return application

    @web.middleware
    async def _middleware(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        await self.note(request)
        fault = self.faults.take(request.path, request.method)

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                response = await handler(request)
            except web.HTTPNotFound:
                response = not_found()
            except web.HTTPMethodNotAllowed:
                response = method_not_allowed(request.path)
            except OidcError as error:
                response = error_answer(error, cors=False)
            response = self.forged(request.path, response)
            self.note_answer(response)
            response.headers["Keep-Alive"] = f"timeout={KEEP_ALIVE_SECONDS}"
            response.headers["Date"] = self.clock.http_date()
            return response

        if fault is None:
            return await answer(request)
        response = await fault.strike(request, answer)
        response.headers.setdefault("Date", self.clock.http_date())
        return response
