"""Somebody else signs in with the same browser: nothing of who was there remains."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.databases,
    pytest.mark.catalogue(85),
]
ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return tmp_path


def traces(tokens, sub):
    """Return what would give Alice away, or be of use in her name."""
    access = json.loads(tokens["accessTokenMap"])["x"][""]["token"]
    return [sub, "Alice", tokens["refreshToken"], tokens["idToken"], access]


def everything(client, folder):
    """Return all that is kept anywhere for this browser."""
    kept = [repr(dict(client.session.items())), repr(client.cookies.output())]
    kept += [session.session_data for session in Session.objects.all()]
    kept += [repr(session.get_decoded()) for session in Session.objects.all()]
    kept += [repr(value) for value in getattr(cache, "_cache", {}).values()]
    kept += [path.read_text() for path in folder.glob("sessionid*")]
    kept += [repr(open_tokens(row)) + repr(row.claims) for row in rows()]
    return "\n".join(kept)


def rows():
    return LogtoSession.objects.all()


def alice_was_here(journey):
    """Let Alice use all that there is; return her traces."""
    cache.clear()  # of the tests before
    journey.sign_in("alice")
    assert journey.client.get("/token/").status_code == 200
    assert journey.client.get("/userinfo/").status_code == 200
    return traces(open_tokens(rows().get()), journey.logto.people["alice"].sub)


@pytest.mark.parametrize("signs_out", [False, True], ids=["", "signed out between"])
def test_nothing_of_alice_remains_for_sofia(journey, engine, signs_out):
    hers = alice_was_here(journey)
    if signs_out:
        journey.client.post("/logto/sign-out/")
    journey.sign_in("sofia", prompt="login")
    state = journey.client.get("/logto/user/").json()
    assert state["claims"]["sub"] == journey.logto.people["sofia"].sub
    assert rows().count() == 1
    kept = everything(journey.client, engine)
    for trace in hers:
        assert trace not in kept
    sofias = journey.client.get("/token/").json()
    assert sofias["claims"]["sub"] == journey.logto.people["sofia"].sub
    assert journey.client.get("/userinfo/").json()["sub"] == state["claims"]["sub"]


async def test_nor_on_an_event_loop(journey_async):
    await journey_async.sign_in("alice")
    client, people = journey_async.client, journey_async.logto.people
    first = (await client.get("/atoken/")).json()
    await journey_async.sign_in("sofia", prompt="login")
    second = (await client.get("/atoken/")).json()
    assert first["claims"]["sub"] == people["alice"].sub
    assert second["claims"]["sub"] == people["sofia"].sub
    assert first["token"] != second["token"]
    userinfo = (await client.get("/auserinfo/")).json()
    assert userinfo["sub"] == people["sofia"].sub
    assert await LogtoSession.objects.acount() == 1
