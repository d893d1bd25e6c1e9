"""Event loops: each has a client, and takes it along when it closes."""

from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from logto_auth.engine import sockets
from logto_auth.engine.transport import Request, asend

from .local_server import Server, answer
from .test_forks import run


@pytest.fixture
def echo():
    with Server(
        lambda received, connection: answer(received.split()[1], X_Keep="alive")
    ) as server:
        yield server


async def talk(url, name, turns=2):
    """Ask ``turns`` times and once in parallel; tell whether each got its own."""
    paths = [f"{name}-{turn}" for turn in range(turns)]
    bodies = [(await asend(Request("GET", url + path))).body for path in paths]
    together = await asyncio.gather(
        *[asend(Request("GET", url + path)) for path in paths]
    )
    bodies += [response.body for response in together]
    return bodies == [f"/{path}".encode() for path in paths * 2]


def in_threads(number, work):
    """Run ``work(n)`` in as many threads at once; return what they returned."""
    results = []
    barrier = threading.Barrier(number)

    def call(n):
        barrier.wait(5)
        results.append(work(n))

    threads = [threading.Thread(target=call, args=[n]) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return results


class TestLoops:
    def test_twenty_loops_in_a_row_leave_nothing_behind(self, echo):
        for number in range(20):
            assert asyncio.run(talk(echo.url, number))
            assert sockets._loop_clients == {}

    def test_requests_of_one_loop_share_its_client(self, echo):
        async def clients():
            await talk(echo.url, "a", turns=5)
            return {await sockets.loop_client() for _ in range(5)}

        assert len(asyncio.run(clients())) == 1

    def test_tasks_that_start_together_make_one_client(self):
        async def clients():
            return await asyncio.gather(*[sockets.loop_client() for _ in range(50)])

        assert len(set(asyncio.run(clients()))) == 1

    def test_many_loops_in_many_threads_at_once_do_not_meet(self, echo):
        def work(n):
            return all(asyncio.run(talk(echo.url, f"{n}-{turn}")) for turn in range(3))

        assert in_threads(16, work) == [True] * 16
        assert sockets._loop_clients == {}

    def test_async_to_sync_in_threads_leaves_nothing_behind(self, echo):
        def work(n):
            return all(
                async_to_sync(talk)(echo.url, f"{n}-{turn}") for turn in range(3)
            )

        assert in_threads(8, work) == [True] * 8
        assert sockets._loop_clients == {}

    def test_async_to_sync_below_a_running_loop_uses_that_loop(self, echo):
        async def outer():
            mine = await sockets.loop_client()
            its = await sync_to_async(async_to_sync(sockets.loop_client))()
            return mine is its and await talk(echo.url, "outer")

        assert asyncio.run(outer())

    def test_a_loop_that_was_closed_without_ceremony_is_forgotten(self):
        with Server(lambda received, connection: answer(Connection="close")) as server:
            loop = asyncio.new_event_loop()
            loop.run_until_complete(asend(Request("GET", server.url)))
            loop.close()
            assert loop in sockets._loop_clients
            asyncio.run(asend(Request("GET", server.url)))
        assert sockets._loop_clients == {}

    def test_no_warning_is_heard_from_loops_and_threads(self, echo):
        code = """
import asyncio, gc, sys, threading
from asgiref.sync import async_to_sync
from logto_auth.engine.transport import Request, asend, send

request = Request("GET", sys.argv[1])

async def talk():
    await asyncio.gather(*[asend(request) for _ in range(3)])

async def give_up():
    task = asyncio.create_task(asend(request))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

for _ in range(3):
    asyncio.run(talk())
    asyncio.run(give_up())
    async_to_sync(talk)()
    gc.collect()
threads = [threading.Thread(target=asyncio.run, args=[talk()]) for _ in range(5)]
threads += [threading.Thread(target=send, args=[request]) for _ in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
gc.collect()
"""
        assert run(code, echo.url) == (0, "")
