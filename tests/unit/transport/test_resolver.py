"""A resolver that hangs holds no visitor, and one thread."""

from __future__ import annotations

import socket
import threading

import pytest

from logto_auth.engine import transport
from logto_auth.engine.deadline import deadline
from logto_auth.engine.transport import Request
from logto_auth.errors import ProviderError, ProviderTimeout, ProviderUnreachable

from .hanging_resolver import NAME, request_to
from .local_server import CUT_SECONDS, Server, blocking, close_client, timed_failure


def many(number, exchange, request, seconds):
    """Ask from as many threads at once; return the errors and the longest wait."""
    failures = []

    def ask():
        failures.append(timed_failure(exchange, request, seconds))

    threads = [threading.Thread(target=ask) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [error for error, _ in failures], max(waited for _, waited in failures)


class TestResolver:
    def test_a_lookup_that_hangs_is_cut_at_the_deadline(self, exchange, resolver):
        error, seconds = timed_failure(exchange, request_to(1), 0.2)
        assert type(error) is ProviderTimeout
        assert 0.15 < seconds < CUT_SECONDS

    def test_without_a_deadline_it_is_cut_after_five_seconds(
        self, exchange, resolver, monkeypatch
    ):
        monkeypatch.setattr(transport, "DEFAULT_SECONDS", 0.2)
        with pytest.raises(ProviderTimeout):
            exchange(request_to(1))

    def test_many_who_wait_share_one_lookup_and_one_thread(self, exchange, resolver):
        threads = threading.active_count()
        for _ in range(2):
            errors, seconds = many(10, exchange, request_to(1), 0.2)
            assert {type(error) for error in errors} == {ProviderTimeout}
            assert seconds < CUT_SECONDS
        assert resolver.lookups == [NAME]
        assert threading.active_count() == threads + 1

    def test_what_a_lookup_finds_late_serves_all_who_still_wait(
        self, exchange, resolver
    ):
        with Server() as server:
            timed_failure(exchange, request_to(server.port), 0.1)
            threading.Timer(0.2, resolver.goes_on.set).start()
            with deadline(5):
                (response,) = exchange(request_to(server.port))
        assert response.status == 200
        assert resolver.lookups == [NAME]

    def test_a_lookup_that_has_ended_is_not_remembered(self, exchange, resolver):
        resolver.goes_on.set()
        resolver.outcome = socket.gaierror(socket.EAI_AGAIN, "try again")
        with Server() as server:
            error, _ = timed_failure(exchange, request_to(server.port), 5)
            assert (type(error), error.reason) == (ProviderUnreachable, "dns")
            resolver.outcome = ["127.0.0.1"]
            assert exchange(request_to(server.port))[0].status == 200
        assert resolver.lookups == [NAME, NAME]

    def test_all_who_wait_learn_that_there_is_no_such_name(self, exchange, resolver):
        resolver.outcome = socket.gaierror(socket.EAI_NONAME, "Name not known")
        threading.Timer(0.3, resolver.goes_on.set).start()
        errors, _ = many(5, exchange, request_to(1), 5)
        assert {error.reason for error in errors} == {"dns"}
        assert len({id(error) for error in errors}) == 5
        assert {str(error.__cause__) for error in errors} == {"None"}

    def test_every_address_that_is_found_is_tried(self, exchange, resolver):
        resolver.goes_on.set()
        resolver.outcome = ["127.0.0.2", "127.0.0.3", "127.0.0.1"]
        with Server() as server:
            assert exchange(request_to(server.port))[0].status == 200
        error, _ = timed_failure(exchange, request_to(1), 5)
        assert (type(error), error.reason) == (ProviderUnreachable, "refused")

    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
    def test_an_address_needs_no_thread(self, exchange, resolver, host):
        with pytest.raises(ProviderError):
            exchange(request_to(1, host))
        assert {thread for _, thread in resolver.asked} <= {threading.current_thread()}

    def test_the_name_of_a_proxy_is_looked_up_the_same_way(
        self, exchange, resolver, monkeypatch
    ):
        monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
        close_client()
        request = Request("GET", "https://logto.example/")
        error, seconds = timed_failure(exchange, request, 0.2)
        assert type(error) is ProviderTimeout
        assert seconds < CUT_SECONDS
        assert resolver.lookups == ["proxy.test"]

    def test_where_no_thread_can_be_started_it_is_looked_up_all_the_same(
        self, resolver, monkeypatch
    ):
        def refuse(thread):
            raise RuntimeError("can't start new thread")

        resolver.goes_on.set()
        resolver.outcome = socket.gaierror(socket.EAI_NONAME, "Name not known")
        monkeypatch.setattr(threading.Thread, "start", refuse)
        error, _ = timed_failure(blocking, request_to(1), 5)
        assert error.reason == "dns"
        assert [thread for _, thread in resolver.asked] == [threading.current_thread()]
