"""A visitor who goes from the site to Logto and back."""

import asyncio
import threading
from urllib.parse import parse_qs, urlsplit


def query_of(url):
    """Return the query of a URL, single values unwrapped."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def path_of(url):
    """Return path and query of a URL, as the test client takes it."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def at_once(function, arguments):
    """Call ``function`` with each of ``arguments``, all at the same moment, in threads.

    Returns what the calls return, in no particular order.
    """
    from django.db import connections

    barrier, results = threading.Barrier(len(arguments)), []

    def call(argument):
        barrier.wait()
        try:
            results.append(function(*argument))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call, args=(item,)) for item in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Journey:
    """One person with one browser: Django's test client here, a `Visitor` at Logto."""

    def __init__(self, logto, client):
        from logto_auth.testing import Visitor

        self.logto = logto
        self.client = client
        self.visitor = Visitor(logto)

    def start(self, path="/logto/sign-in/", **query):
        """Return Logto's address for a new sign-in."""
        response = self.client.get(path, query)
        assert response.status_code == 302, response.content
        return response["Location"]

    def callback_url(self, username="alice", **query):
        """Start and finish at Logto; return the callback's path and query."""
        return path_of(self.visitor.sign_in(self.start(**query), username))

    def sign_in(self, username="alice", **query):
        """Sign in; return the callback's response."""
        return self.client.get(self.callback_url(username, **query))


class AsyncJourney(Journey):
    """The same with Django's async test client."""

    async def start(self, path="/logto/sign-in/", **query):
        """Return Logto's address for a new sign-in."""
        response = await self.client.get(path, query)
        assert response.status_code == 302, response.content
        return response["Location"]

    async def callback_url(self, username="alice", **query):
        """Start and finish at Logto; return the callback's path and query."""
        url = await self.start(**query)
        return path_of(await asyncio.to_thread(self.visitor.sign_in, url, username))

    async def sign_in(self, username="alice", **query):
        """Sign in; return the callback's response."""
        return await self.client.get(await self.callback_url(username, **query))
