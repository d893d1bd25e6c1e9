"""Only claims that say all that they must sign in, however right their signature is."""

import json
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.json_values import (
    Change,
    Document,
    Verbatim,
    deep,
    documents,
    written,
)
from tests.properties.profiles import examples
from tests.properties.signed_tokens import segment, token, wrong_signatures
from tests.properties.strictness import NotStrict, strictly

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = ("iss", "sub", "aud", "exp", "iat", "nonce")
OTHERS = (
    "azp",
    "nbf",
    "at_hash",
    "events",
    "auth_time",
    "acr",
    "amr",
    "roles",
    "email",
)
LEEWAY = 60
#: Around an hour from now, long ago, and times that are none.
OFFSETS = (-(10**6), -86_400, -4_000, -120, -61, -59, 0, 59, 61, 120, 4_000, 10**6)


def is_time(value):
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < 253_402_300_800


def is_subject(value):
    return (
        isinstance(value, str)
        and 1 <= len(value) <= 255
        and not any(unicodedata.category(char) == "Cc" for char in value)
    )


def is_for(claims, app_id):
    aud = claims.get("aud")
    audience = aud if isinstance(aud, list) else [aud]
    if not all(isinstance(item, str) for item in audience) or app_id not in audience:
        return False
    return claims["azp"] == app_id if "azp" in claims else len(audience) == 1


def is_now(claims, now, slack):
    """Tell whether times are right at ``now``, give or take; None where it is close."""
    if not all(is_time(claims.get(name)) for name in ("exp", "iat")):
        return False
    if not is_time(claims.get("nbf", 0)):
        return False
    limits = (
        claims["exp"] + LEEWAY - now,
        now - claims["iat"] + LEEWAY,
        claims["iat"] + 86_400 - now,
        now - claims.get("nbf", 0) + LEEWAY,
    )
    if any(abs(limit) <= slack for limit in limits):
        return None
    return all(limit > 0 for limit in limits)


def is_good(claims, genuine, now):
    """Tell whether claims, as they are written, are enough; None where it is close."""
    try:
        read = strictly(claims)
    except NotStrict:
        return False
    is_right = (
        read.get("iss") == genuine["iss"]
        and read.get("nonce") == genuine["nonce"]
        and is_for(read, genuine["aud"])
        and is_subject(read.get("sub"))
        and "events" not in read
        and not {"at_hash", "c_hash"} & read.keys()
    )
    return is_right and is_now(read, now, slack=5)


def forged(world, visit, make, *, signature=None):
    """Come back with an ID token of what ``make`` makes of the genuine claims."""
    url, made = visit.callback_url(), []

    def forge(claims, header):
        payload = make(claims)
        made.append((claims, payload))
        text = segment(json.dumps(header)), segment(written(payload))
        return token(world.logto, *text, signature=signature)

    def agree(document):
        # It tells of whomever the token does: the token alone decides then.
        try:
            told = strictly(made[0][1])
        except NotStrict:
            return document
        return document | {"sub": told.get("sub", document["sub"])}

    world.logto.forge_id_token = forge
    world.logto.forge_userinfo = agree
    response = visit.get(url)
    ((genuine, payload),) = made
    return response, genuine, payload


def refused(visit, response):
    error = visit.refused(response)
    assert error.code == "token_invalid"


def later(name, seconds):
    return Document((Moved(name, seconds),))


class Moved(Change):
    """A time that is moved by so many seconds from now."""

    def __init__(self, name, seconds):
        super().__init__("add", name, seconds)

    def __call__(self, pairs):
        rest = [(name, value) for name, value in pairs if name != self.name]
        return [*rest, (self.name, int(time.time()) + self.value)]


times = st.builds(
    later, st.sampled_from(["exp", "iat", "nbf"]), st.sampled_from(OFFSETS)
)


@pytest.mark.catalogue(51, 52, 53, 54, 55, 56, 57, 58, 59, 61)
@given(changed=documents(NAMES, OTHERS) | times)
@example(Document(()))
@example(Document((Change("list", "aud"),)))
@example(Document((Change("list", "aud"), Change("add", "azp", "demo-app"))))
@example(Document((Change("set", "aud", []),)))
@example(Document((Change("set", "aud", ["demo-app", "demo-app"]),)))
@example(Document((Change("set", "aud", ["demo-app", 1]),)))
@example(Document((Change("set", "aud", "demo-app-2"),)))
@example(Document((Change("add", "azp", None),)))
@example(Document((Change("add", "nbf", None),)))
@example(Document((Change("add", "at_hash", None),)))
@example(Document((Change("add", "events", None),)))
@example(Document((Change("set", "sub", "a\0b"),)))
@example(Document((Change("set", "sub", "x" * 255),)))
@example(Document((Change("set", "sub", "x" * 256),)))
@example(Document((Change("set", "exp", Verbatim("9" * 400)),)))
@example(Document((Change("set", "exp", True),)))
@example(Document((Change("add", "sid", "a\0b"),)))
@example(Document((Change("add", "sid", Verbatim("9" * 4000)),)))
@example(Document((Change("add", "roles", deep(31)),)))
@example(Document((Change("add", "roles", deep(33)),)))
@example(Document((Change("add", "a\0b", "c\0d"),)))
@examples(140)
def test_claims_are_right_or_refused(world, changed):
    with world.example() as visit:
        response, genuine, payload = forged(world, visit, changed)
        match is_good(payload, genuine, time.time()):
            case True:
                account = visit.accepted(response)
                assert account.subject == strictly(payload)["sub"]
                assert visit.get("/protected/").status_code == 200
                assert visit.get("/logto/user/").json()["isAuthenticated"]
            case False:
                refused(visit, response)
            case None:
                visit.accepted(response) if response.status_code == 302 else refused(
                    visit, response
                )


@pytest.mark.catalogue(44)
@given(changed=documents(NAMES, OTHERS), signature=wrong_signatures)
@example(Document(()), lambda right, signed: b"")
@examples(30)
def test_no_claims_are_right_under_a_wrong_signature(world, changed, signature):
    with world.example() as visit:
        response, _, _ = forged(world, visit, changed, signature=signature)
        refused(visit, response)


@pytest.mark.catalogue(60)
@given(seconds=st.sampled_from(OFFSETS) | st.integers(-(10**7), 10**7))
@example(0)
@examples(15)
def test_a_fresh_authentication_is_what_it_says_or_refused(world, seconds):
    with world.example() as visit:
        with_max_age = visit.callback_url(max_age="300")
        world.logto.forge_id_token = lambda claims, header: (
            claims | {"auth_time": int(time.time()) + seconds},
            header,
        )
        response = visit.get(with_max_age)
        if -355 <= seconds <= 55:
            visit.accepted(response)
        elif seconds < -365 or seconds > 65:
            refused(visit, response)
