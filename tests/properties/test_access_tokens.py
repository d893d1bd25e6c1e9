"""Whatever is kept in place of access tokens, or answered to a refresh."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logto_auth.engine.token_response import refreshed_tokens
from logto_auth.errors import ProviderResponseInvalid
from logto_auth.sessions.access_tokens import Wanted, find_token, with_token
from tests.properties.profiles import examples

pytestmark = pytest.mark.once

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
# RFC 8707, 2: an absolute URI without a fragment; Logto's ids are letters and digits.
indicators = st.just("") | st.from_regex(
    r"https://[a-z]{1,3}\.example(/[a-z]{0,3})?(\?[a-z:=]{0,4})?", fullmatch=True
)
ids = st.text("abc012", max_size=4)
wanted = st.builds(Wanted, indicators, ids)
entries = st.dictionaries(
    st.sampled_from(["token", "expiresAt", "endsAt", "obtainedAt"]), values
)
kept = (
    st.dictionaries(st.sampled_from(["", "a"]), entries | values)
    .map(lambda x: json.dumps({"x": x}))
    .__or__(values.map(json.dumps))
    .__or__(st.text())
)


@pytest.mark.catalogue(87)
@given(wanted, wanted)
@examples(200)
def test_different_things_have_different_names(first, second):
    assert (first.key == second.key) == (first == second)


@given(kept)
@example('{"x": {"": {"token": "t", "expiresAt": 1' + "0" * 400 + "}}}")
@example('{"x": {"": {"token": "t", "expiresAt": NaN}}}')
@example('{"x": {"": {"token": "t", "expiresAt": Infinity}}}')
@example("[" * 100_000)
@examples(200)
def test_what_was_kept_is_a_token_or_nothing(text):
    token = find_token({"accessTokenMap": text}, Wanted())
    assert token is None or isinstance(token.value, str)
    assert token is None or token.is_valid in (True, False)
    newer = with_token(
        {"accessTokenMap": text}, Wanted("a"), "t", obtained_at=0, expires_in=7200
    )
    assert json.loads(newer["accessTokenMap"])["x"]["a"]["token"] == "t"


@given(wanted, st.text(), st.integers(0, 10**8))
@examples(100)
def test_what_is_kept_is_found_with_its_times(what, value, expires_in):
    now = time.time()
    tokens = with_token({}, what, value, obtained_at=now, expires_in=expires_in)
    token = find_token(tokens, what)
    assert token.value == value
    assert now <= token.renew_at + 1 <= token.ends_at + 1
    assert token.ends_at == now + expires_in
    assert token.ends_at - token.renew_at <= 61
    assert token.is_valid == (time.time() < now + expires_in)


members = ["access_token", "token_type", "expires_in", "id_token", "refresh_token"]
right = {"access_token": "a", "token_type": "Bearer", "expires_in": 3600}


@pytest.mark.catalogue(88)
@given(values | st.dictionaries(st.sampled_from(members), values).map(right.__or__))
@examples(200)
def test_an_answer_to_a_refresh_is_right_or_refused(document):
    with suppress(ProviderResponseInvalid):
        tokens = refreshed_tokens(document)
        for name in ("access_token", "id_token", "refresh_token"):
            value = getattr(tokens, name)
            assert value is None or (value.isascii() and value.isprintable() and value)
        assert tokens.access_token == document["access_token"]
        assert tokens.expires_in >= 0
