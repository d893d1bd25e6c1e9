"""Connections are kept while Logto keeps them, and shared by threads."""

from __future__ import annotations

import subprocess
import sys
import threading

from logto_auth.engine import sockets
from logto_auth.engine.transport import Request, send
from logto_auth.errors import (
    ProviderError,
)

from .local_server import (
    Server,
    answer,
)


class TestConnections:
    def test_a_connection_is_used_again_within_four_seconds(self, exchange):
        assert sockets.KEEPALIVE_SECONDS == 4  # Logto closes an idle one after 5
        with Server() as server:
            request = Request("GET", server.url)
            exchange(request, request, 0.1, request)
        assert len(server.requests) == 3
        assert len(server.connections) == 1

    def test_an_idle_connection_is_given_up_after_that(self, exchange, monkeypatch):
        monkeypatch.setattr(sockets, "KEEPALIVE_SECONDS", 0.1)
        with Server() as server:
            request = Request("GET", server.url)
            exchange(request, 0.2, request)
        assert len(server.requests) == len(server.connections) == 2

    def test_a_connection_that_the_server_closed_is_not_used_again(self, exchange):
        with Server() as server:
            request = Request("GET", server.url)
            server.reply = lambda received, connection: (
                connection.sendall(answer()) or None
            )
            exchange(request, 0.1, request)
        assert len(server.requests) == len(server.connections) == 2

    def test_forty_threads_share_the_client(self):
        with Server(lambda received, connection: answer(received[:20])) as server:
            wrong = []

            def call(number):
                for turn in range(10):
                    path = f"{number:03}-{turn:02}"
                    try:
                        body = send(Request("GET", server.url + path)).body
                    except ProviderError as error:
                        wrong.append(error)
                    else:
                        if not body.startswith(f"GET /{path} ".encode()):
                            wrong.append(body)

            threads = [threading.Thread(target=call, args=[n]) for n in range(40)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert wrong == []
        assert len(server.requests) == 400
        assert len(server.connections) <= 40

    def test_the_tls_settings_are_loaded_once(self, exchange):
        with Server() as server:
            exchange(Request("GET", server.url))
            exchange(Request("GET", server.url))
        assert sockets.ssl_context() is sockets.ssl_context()

    def test_the_deadline_module_loads_no_http_client(self):
        code = (
            "import sys, logto_auth.engine.deadline, logto_auth.engine.mode\n"
            "sys.exit('httpx2' in sys.modules or 'httpcore2' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
