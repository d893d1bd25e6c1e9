"""Visitors who have something to lose, and what they send to the callback."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

CALLBACK = "/logto/callback/"

each_visitor = pytest.mark.parametrize("has", ["a cart", "a sign-in"])


def give(journey, has):
    """Give the visitor a session that an attack could cost them."""
    if has == "a sign-in":
        assert journey.sign_in().status_code == 302
    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    journey.logto.forget_calls()


def changed(url, **parameters):
    """Return the callback with parameters replaced, or left out when None."""
    parts = urlsplit(url)
    kept = [(n, v) for n, v in parse_qsl(parts.query) if n not in parameters]
    added = [(n, v) for n, v in parameters.items() if v is not None]
    return f"{parts.path}?{urlencode([*kept, *added])}"


def attempts_of(client):
    """Return the names of the attempts that a browser has open."""
    return {
        name
        for name, morsel in client.cookies.items()
        if "logto_attempt_" in name and morsel.value
    }


def who(client):
    """Return the name of who is signed in, None for nobody."""
    response = client.get("/protected/")
    return response.json()["user"] if response.status_code == 200 else None
