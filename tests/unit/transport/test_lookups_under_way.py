"""Loops, processes and greenlets do not wait for a lookup that hangs."""

from __future__ import annotations

import asyncio
import time

import pytest

from logto_auth.engine.transport import Request, asend

from .hanging_resolver import NAME, request_to
from .local_server import CUT_SECONDS, Server, on_loop, timed_failure
from .test_forks import run


def run_quickly(code):
    """Run code that lets a lookup hang for 30 seconds, and does not wait for it."""
    started = time.monotonic()
    result = run(code)
    assert time.monotonic() - started < 20
    return result


class TestLookupsUnderWay:
    def test_a_loop_ends_without_waiting_for_a_lookup(self, resolver):
        started = time.monotonic()
        timed_failure(on_loop, request_to(1), 0.2)
        assert time.monotonic() - started < CUT_SECONDS
        assert resolver.lookups == [NAME]

    def test_a_visitor_who_leaves_does_not_take_the_lookup_from_the_others(
        self, resolver
    ):
        async def leave_and_stay(url):
            tasks = [asyncio.create_task(asend(Request("GET", url))) for _ in range(2)]
            await asyncio.sleep(0.1)
            tasks[0].cancel()
            await asyncio.sleep(0.1)
            resolver.goes_on.set()
            return await tasks[1]

        with Server() as server:
            url = request_to(server.port).url
            assert asyncio.run(leave_and_stay(url)).status == 200
        assert resolver.lookups == [NAME]

    @pytest.mark.parametrize("ask", ["send(request)", "asyncio.run(asend(request))"])
    def test_a_process_ends_without_waiting_for_a_lookup(self, ask):
        assert run_quickly(HANGING + f"ended_in_time(lambda: {ask})") == (0, "")

    def test_a_child_that_is_forked_during_a_lookup_looks_up_anew(self):
        with Server() as server:
            assert run(HANGING + FORK, str(server.port)) == (0, "")

    @pytest.mark.parametrize("hang", ["gevent.sleep(30)", "in_native_thread(30)"])
    def test_greenlets_go_on_while_a_lookup_hangs(self, hang):
        assert run_quickly(GEVENT.replace("HANG", hang)) == (0, "")


HANGING = """
import asyncio, os, socket, sys, time
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request, asend, send
from logto_auth.errors import ProviderTimeout

port = sys.argv[1] if len(sys.argv) > 1 else "1"
request = Request("GET", f"http://logto.test:{port}/")
real = socket.getaddrinfo

def getaddrinfo(host, port, *args, **kwargs):
    if host != "logto.test":
        return real(host, port, *args, **kwargs)
    if os.getpid() == parent:
        time.sleep(30)
    return real("127.0.0.1", port, *args, **kwargs)

def ended_in_time(ask):
    started = time.monotonic()
    try:
        with deadline(0.3):
            ask()
    except ProviderTimeout:
        pass
    else:
        sys.exit("it was answered")
    if not 0.2 < time.monotonic() - started < 4:
        sys.exit("late")

parent = os.getpid()
socket.getaddrinfo = getaddrinfo
"""

FORK = """
# Python 3.12 and later warn of it, and it is what is tried here.
import warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded")

ended_in_time(lambda: send(request))
pid = os.fork()
if pid == 0:
    code = 1
    try:
        with deadline(10):
            code = send(request).status != 200
    finally:
        os._exit(code)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""

GEVENT = """
from gevent import monkey; monkey.patch_all()
import socket, sys, time
import gevent
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request, send
from logto_auth.errors import ProviderTimeout

def in_native_thread(seconds):
    sleep = monkey.get_original("time", "sleep")
    gevent.get_hub().threadpool.apply(sleep, (seconds,))

lookups = []
def getaddrinfo(*args, **kwargs):
    lookups.append(args)
    HANG
socket.getaddrinfo = getaddrinfo

ticks = 0
def tick():
    global ticks
    while True:
        gevent.sleep(0.01)
        ticks += 1

def ask():
    try:
        with deadline(1):
            send(Request("GET", "http://logto.test:1/"))
    except ProviderTimeout:
        return True

ticking = gevent.spawn(tick)
started = time.monotonic()
asking = [gevent.spawn(ask) for _ in range(10)]
gevent.joinall(asking, raise_error=True)
seconds = time.monotonic() - started
ticking.kill()
assert all(one.value for one in asking)
assert seconds < 4, seconds
assert ticks > 10, ticks
assert len(lookups) == 1, lookups
"""
