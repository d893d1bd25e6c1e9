"""``request.logto.get_access_token``: the cached one, or one refresh."""

import hashlib

import pytest

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from logto_auth.testing import Resource

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

API = "https://api.example.com"
TOKEN = "/oidc/token"


def digest(token):
    """Return what the views tell of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@pytest.fixture
def api(logto, settings):
    """Let Logto know an API that the site asks access for."""
    logto.resources[API] = Resource(API, scopes={"read:books": ["librarian"]})
    settings.LOGTO = {
        **settings.LOGTO,
        "RESOURCES": [API],
        "SCOPES": [
            "offline_access",
            "profile",
            "roles",
            "urn:logto:scope:organizations",
            "read:books",
        ],
    }
    return API


def stored():
    """Return the tokens of the only session."""
    return open_tokens(LogtoSession.objects.get())


def test_the_token_of_the_sign_in_is_used_as_long_as_it_lives(journey, logto):
    journey.sign_in("alice")
    logto.forget_calls()
    first = journey.client.get("/token/").json()["token"]
    assert journey.client.get("/token/").json()["token"] == first
    assert logto.count(TOKEN) == 0


def test_a_token_for_an_api_is_asked_for_once(journey, logto, api):
    journey.sign_in("alice")
    logto.forget_calls()
    first = journey.client.get("/token/", {"resource": api})
    assert first.status_code == 200, first.content
    assert journey.client.get("/token/", {"resource": api}).json() == first.json()
    assert logto.count(TOKEN) == 1
