"""Processes and greenlets: forked children and gevent, each in a Python of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from .local_server import Server, answer, drip
from .test_tls import RawServer

ROOT = __file__.rsplit("/tests/", 1)[0]

FORK = """
import os, sys
from logto_auth.engine import sockets
from logto_auth.engine.transport import Request, asend, send

url, children, turns = sys.argv[1], 3, 40

def talk(name):
    for turn in range(turns):
        path = f"{name}-{turn}"
        body = send(Request("GET", url + path)).body.decode()
        if body != f"GET /{path} HTTP/1.1":
            return f"{path} was answered {body!r}"
    return ""

def fork(work):
    pid = os.fork()
    if pid:
        return pid
    problem = work()
    if problem:
        print(problem)
        sys.stdout.flush()
    os._exit(bool(problem))

def finish(pids, problem=""):
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    sys.exit(problem or any(codes))
"""


def run(code, *arguments, **environment):
    """Run ``code`` with every warning shown; its output must be empty."""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    # How busy this machine is, which asyncio also mentions, is not the question.
    heard = (done.stdout + done.stderr).splitlines(keepends=True)
    return done.returncode, "".join(x for x in heard if "Executing <" not in x)


@pytest.fixture
def echo():
    with Server(
        lambda received, connection: answer(received.split(b"\r\n")[0])
    ) as server:
        yield server


class TestFork:
    def test_parent_and_children_of_a_warm_connection_get_their_own_answers(self, echo):
        code = """
talk("before")
pids = [fork(lambda: talk(f"child{n}")) for n in range(children)]
finish(pids, talk("parent"))
"""
        assert run(FORK + code, echo.url) == (0, "")
        # One connection before the fork, which the parent keeps, and one a child.
        assert len(echo.connections) == 4

    def test_a_child_that_was_forked_while_a_thread_makes_the_client_can_send(
        self, echo
    ):
        code = """
sockets._lock.acquire()
finish([fork(lambda: talk("child"))])
"""
        assert run(FORK + code, echo.url) == (0, "")

    def test_a_child_has_its_own_loop_and_connection(self, echo):
        code = """
import asyncio

async def get(path):
    return (await asend(Request("GET", url + path))).body.decode()

async def main():
    await get("before")
    def child():
        asyncio.set_event_loop(None)
        body = asyncio.run(get("child"))
        return body if body != "GET /child HTTP/1.1" else ""
    pid = fork(child)
    body = await get("parent")
    os.waitpid(pid, 0)
    assert body == "GET /parent HTTP/1.1", body

asyncio.run(main())
"""
        assert run(FORK + code, echo.url) == (0, "")
        assert len(echo.connections) == 2


class TestGevent:
    def test_greenlets_wait_side_by_side(self):
        def reply(received, connection):
            time.sleep(0.2)
            return answer(received.split()[1])

        code = """
from gevent import monkey; monkey.patch_all()
import sys, time
import gevent
from logto_auth.engine.transport import Request, send

def talk(number):
    for turn in range(2):
        path = f"{number}-{turn}"
        assert send(Request("GET", sys.argv[1] + path)).body == f"/{path}".encode()

started = time.monotonic()
gevent.joinall([gevent.spawn(talk, n) for n in range(40)], raise_error=True)
seconds = time.monotonic() - started
sys.exit(seconds > 4 and f"{seconds} s")
"""
        with Server(reply) as server:
            assert run(code, server.url) == (0, "")
        assert len(server.requests) == 80

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_an_answer_that_drips_is_cut(self, scheme):
        code = """
from gevent import monkey; monkey.patch_all()
import sys, time
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request, send
from logto_auth.errors import ProviderTimeout

started = time.monotonic()
try:
    with deadline(0.3):
        send(Request("GET", sys.argv[1]))
except ProviderTimeout:
    pass
seconds = time.monotonic() - started
sys.exit(not 0.25 < seconds < 4 and f"{seconds} s")
"""
        first = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
        if scheme == "https":
            first = b"\x16\x03\x03\x40\x00"  # a handshake record of 16 kB
        with RawServer(drip(first, b"\0")) as server:
            assert run(code, server.url.replace("http", scheme)) == (0, "")
