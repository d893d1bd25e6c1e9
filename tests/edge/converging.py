"""Webhooks as Logto has sent them, delivered when and how often a test likes."""

import itertools
import json

from django.test import Client

from logto_auth.models import LogtoAccount
from logto_auth.testing import Hook
from tests.edge.connect_journey import ConnectJourney
from tests.journey import Journey

URL = "/logto/webhook/"
KEY = "JvJ7y261D3sjCbLyVrG15YHsGPpNOD9C"


class Post:
    """What Logto sends to the site, in a test's hands."""

    def __init__(self, logto, settings):
        settings.LOGTO = {**settings.LOGTO, "WEBHOOK_SIGNING_KEYS": [KEY]}
        logto.hooks.append(Hook(f"http://testserver{URL}", signing_key=KEY))
        logto.deliveries.held = True
        self.logto = logto
        self._taken = 0

    def take(self):
        """Return what was sent since the last time, undelivered."""
        new = self.logto.deliveries.all[self._taken :]
        self._taken += len(new)
        return new

    def deliver(self, *deliveries):
        """Deliver these, or what is new; return what the site answers."""
        return [self.post(item) for item in deliveries or self.take()]

    def post(self, delivery):
        """Deliver one; return the answer, which is never an error of the site."""
        answer = Client().post(URL, delivery.body, **self.as_sent(delivery))
        assert answer.status_code == 200, answer.content
        assert answer.json() == {"state": "handled"}
        return answer

    def as_sent(self, delivery):
        """Return what else a test client has to know of a delivery."""
        return {
            "content_type": "application/json",
            "headers": dict(delivery.headers),
        }

    def changes(self, username, *changes):
        """Change a person, a second between; return what Logto sends of each time."""
        sent = []
        for change in changes:
            self.logto.clock.advance(1)
            self.logto.update(username, **change)
            sent += self.take()
        return sent


def signed_in(logto, username, **query):
    """Sign somebody in with a browser of their own; return it and what is stored."""
    journey = Journey(logto, Client())
    assert journey.sign_in(username, **query).status_code == 302
    return journey.client, account_of(logto, username)


def account_of(logto, username):
    return LogtoAccount.objects.get(subject=logto.people[username].sub)


def connected(logto, user, username):
    """Let a user of the site connect somebody's Logto account; return it."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    visitor = ConnectJourney(logto, client)
    visitor.client.get(visitor.back(username))
    return account_of(logto, username)


def is_in(client):
    """Tell whether a page for users lets a browser in."""
    return client.get("/protected/").status_code == 200


def orders(items):
    """Return every order of a few things."""
    return list(itertools.permutations(items))


def entity(logto, username):
    """Return a person as Logto's webhooks write one."""
    return json.loads(json.dumps(logto.user_document(logto.people[username])))
