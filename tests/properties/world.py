"""A site and a Logto that begin anew with each example, and what must hold of them."""

import contextlib
import socket
import time
import tracemalloc
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.db import transaction
from django.test import Client

from logto_auth.engine.provider import Provider, forget_providers
from logto_auth.models import LogtoAccount, LogtoSession
from tests.journey import Journey

#: Of this thread's own time, in which the site works and Logto does not: a machine that
#: is busy with something else does not count.
MAX_SECONDS = 2
MAX_BYTES = 64 * 1024 * 1024
CALLBACK = "/logto/callback/"
CART = {"cart": [1, 2]}
REFUSALS = {400, 403, 409, 502, 503, 504}


@contextlib.contextmanager
def quickly(seconds=MAX_SECONDS):
    """Check that what is done inside does not take long."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < seconds


@contextlib.contextmanager
def frugally(most=MAX_BYTES):
    """Check that what is done inside needs little memory; it takes longer for that."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@contextlib.contextmanager
def logto_alone(world):
    """Check that nobody else is looked up or connected to; nobody else answers."""
    logto = urlsplit(world.logto.endpoint)
    look_up, connect = socket.getaddrinfo, socket.create_connection
    hosts, elsewhere = {logto.hostname, "127.0.0.1", "::1"}, []

    def check(host, port):
        if host not in hosts or port != logto.port:
            elsewhere.append((host, port))
            raise ConnectionRefusedError

    def getaddrinfo(host, port, *args, **kwargs):
        check(host, port)
        return look_up(host, port, *args, **kwargs)

    def create_connection(address, *args, **kwargs):
        check(*address)
        return connect(address, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setattr(socket, "create_connection", create_connection)
        yield
    assert elsewhere == []


class Example(Journey):
    """A visitor with a cart, whom nobody knows yet."""

    def __init__(self, logto, visitor):
        # Which the test client does not send by itself, as every browser does.
        super().__init__(logto, Client(headers={"host": "testserver"}))
        self.visitor = visitor
        session = self.client.session
        session.update(CART)
        session.save()
        self.session_key = session.session_key

    def get(self, path, **extra):
        """Return the answer to a GET, which must not take long."""
        with quickly():
            return self.client.get(path, **extra)

    def post(self, path, data, **extra):
        """Return the answer to a POST, which must not take long."""
        with quickly():
            return self.client.post(path, data, **extra)

    def callback(self, query, **extra):
        """Return the answer to the callback with a query as it is written."""
        return self.get(CALLBACK, QUERY_STRING=query, **extra)

    def refused(self, response):
        """Check that a page refused, and that nothing has changed; return the error."""
        error = coded(response)
        self.unchanged()
        return error

    def unchanged(self):
        """Check that nobody is signed in, and the visitor's session is as it was."""
        assert not self.is_signed_in
        assert dict(self.client.session.items()) == CART
        assert self.client.session.session_key == self.session_key
        made = get_user_model().objects, LogtoAccount.objects, LogtoSession.objects
        assert not any(rows.exists() for rows in made)

    def accepted(self, response):
        """Check that the one user is signed in."""
        assert response.status_code == 302, response.context["error"]
        assert self.is_signed_in
        (account,) = LogtoAccount.objects.select_related("user")
        assert self.client.session[SESSION_KEY] == str(account.user_id)
        assert get_user_model().objects.get() == account.user
        assert LogtoSession.objects.get().account == account
        return account

    @property
    def is_signed_in(self):
        """Whether the site knows the visitor."""
        return SESSION_KEY in self.client.session


def coded(response):
    """Check that a response is a page with a code that nobody stores; return it."""
    assert response.status_code in REFUSALS
    error = response.context["error"]
    assert response.status_code == error.status
    assert error.code in response.text
    assert response.context["reference"] in response.text
    protected(response)
    return error


def protected(response):
    """Check that nobody stores a response or puts it into a frame."""
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] in ("no-referrer", "same-origin")


class World:
    """One site and one Logto for all examples of a test."""

    def __init__(self, logto, guard):
        from logto_auth.testing import Visitor

        self.logto = logto
        self._guard = guard
        self._key = logto.keys.current
        # Signed in there already but for the first time: examples go on at once.
        self._visitor = Visitor(logto)

    @contextlib.contextmanager
    def example(self):
        """Begin an example; nothing of it is left for the next one."""
        self._begin_anew()
        try:
            with transaction.atomic():
                yield Example(self.logto, self._visitor)
                transaction.set_rollback(True)
        finally:
            self._begin_anew()
        # For each by itself: what is secret is looked for in all that was said.
        leaks = self._guard.leaks(self.logto.secrets)
        self.logto.secrets.clear()
        assert not leaks, "\n".join(leaks)

    def forget_documents(self):
        """Let the site fetch Logto's metadata and keys anew."""
        Provider(self.logto.endpoint).forget()
        forget_providers()

    def _begin_anew(self):
        is_forged = bool(self.logto.forgers) or self.logto.keys.current is not self._key
        self.logto.stop_forging()
        self.logto.faults.clear()
        self.logto.forget_calls()
        self.logto.keys.reset()
        if is_forged:
            self.forget_documents()
