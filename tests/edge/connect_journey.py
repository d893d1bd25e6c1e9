"""A visitor of the site who connects a Logto account."""

import html
import re

from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests.journey import Journey, path_of

CONNECT = "/logto/connect/"


def left_for(response):
    """Return where the page takes the visitor by itself."""
    assert response.status_code == 200, response.content
    page = response.content.decode()
    return html.unescape(re.search(r'content="0; url=([^"]+)"', page)[1])


def code_of(response):
    return response.context["error"].code


def is_signed_in_with_logto(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


class ConnectJourney(Journey):
    """A journey whose visitor connects an account."""

    def leave(self, **data):
        """Return Logto's address after the button."""
        return left_for(self.client.post(CONNECT, data))

    def back(self, username="alice", **data):
        """Sign in at Logto for it; return the callback's path and query."""
        return path_of(self.visitor.sign_in(self.leave(**data), username))

    def connect(self, username="alice", **data):
        """Return the callback's response."""
        return self.client.get(self.back(username, **data))


def visitor_of(logto, user):
    """Return the journey of somebody who has signed in with a password."""
    journey = ConnectJourney(logto, Client())
    assert journey.client.login(username=user.get_username(), password="secret")
    return journey


def assert_nothing_changed(journey, user):
    """Expect that the visitor is who they were, and nothing is connected to them."""
    assert journey.client.session[SESSION_KEY] == str(user.pk)
    assert journey.client.get("/protected/").json()["user"] == user.get_username()
    assert not is_signed_in_with_logto(journey.client)
    assert not user.logto_accounts.exists()
