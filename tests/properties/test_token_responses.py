"""Whatever the token endpoint answers, somebody is signed in or not, never half."""

import pytest
from hypothesis import example, given

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from tests.properties.json_values import (
    Change,
    Document,
    Verbatim,
    deep,
    documents,
    values,
    written,
)
from tests.properties.profiles import examples
from tests.properties.world import frugally

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = (
    "access_token",
    "id_token",
    "refresh_token",
    "expires_in",
    "scope",
    "token_type",
)


def forged(world, visit, make):
    """Come back when the token endpoint answers as ``make`` makes it."""
    url = visit.callback_url()
    world.logto.forge_token_response = lambda document: written(make(document)).encode(
        errors="surrogatepass"
    )
    return visit.get(url)


@pytest.mark.catalogue(36, 37, 40)
@given(changed=documents(NAMES, ["error", "not_before", "session_state"]))
@example(Document(()))
@example(Document((Change("set", "access_token", "\ud800"),)))
@example(Document((Change("set", "access_token", "é"),)))
@example(Document((Change("set", "access_token", "a\r\nb: c"),)))
@example(Document((Change("set", "refresh_token", "\ud800"),)))
@example(Document((Change("set", "refresh_token", "\0"),)))
@example(Document((Change("set", "refresh_token", None),)))
@example(Document((Change("set", "id_token", "\ud800.\ud800.\ud800"),)))
@example(Document((Change("set", "token_type", "bEARER"),)))
@example(Document((Change("set", "token_type", "ﬅ\ud800"),)))
@example(Document((Change("set", "scope", "\ud800 openid"),)))
@example(Document((Change("set", "scope", ["openid"]),)))
@example(Document((Change("set", "expires_in", Verbatim("9" * 400)),)))
@example(Document((Change("set", "expires_in", "3600"),)))
@example(Document((Change("set", "expires_in", -1),)))
@example(Document((Change("set", "expires_in", True),)))
@examples(110)
def test_a_token_response_signs_in_whole_or_not_at_all(world, changed):
    with world.example() as visit:
        response = forged(world, visit, changed)
        if response.status_code == 302:
            visit.accepted(response)
            assert visit.get("/protected/").status_code == 200
            tokens = open_tokens(LogtoSession.objects.get())
            assert tokens["idToken"]
            # Whatever they are, they go at the sign-out.
            assert visit.client.post("/logto/sign-out/").status_code == 200
            assert not LogtoSession.objects.exists()
        else:
            visit.refused(response)
            assert changed.changes


@pytest.mark.catalogue(35)
@given(document=values)
@example([])
@example(deep(100))
@example(Verbatim("<html>"))
@examples(30)
def test_what_is_no_token_response_is_refused(world, document):
    with world.example() as visit:
        response = forged(world, visit, lambda _: document)
        assert visit.refused(response).code == "provider_response_invalid"


@pytest.mark.catalogue(35)
@pytest.mark.parametrize("name", NAMES)
def test_large_tokens_are_read_with_little_memory(world, name):
    with world.example() as visit, frugally():
        response = forged(world, visit, lambda found: {**found, name: "a" * 900_000})
        if response.status_code == 302:
            visit.accepted(response)
        else:
            visit.refused(response)
