"""Whatever comes to the back-channel: never a 500, and nobody is signed out by it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logto_auth.engine.keys import KeySet
from logto_auth.engine.logout_token import EVENT, verify_logout_token
from logto_auth.errors import TokenInvalid
from logto_auth.models import LogtoSession
from tests.attacks.logout_tokens import FORM, URL
from tests.unit.minted_tokens import compact, jwk

from .profiles import examples

pytestmark = pytest.mark.once
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.just(EVENT), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = KeySet.parse({"keys": [jwk("P-384")]})
ISSUER, CLIENT = "https://logto.example/oidc", "app"


def right():
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": "j",
        "sub": "alice",
        "events": {EVENT: {}},
    }


def verified(claims, **header):
    header = {"alg": "ES384", "kid": jwk("P-384")["kid"], "typ": "logout+jwt"} | header
    token = compact(header, claims, alg="ES384")
    return verify_logout_token(token, KEYS, issuer=ISSUER, client_id=CLIENT)


def test_the_one_that_the_others_vary_is_right():
    assert verified(right()).subject == "alice"


@given(name=st.sampled_from(sorted(right())), value=JSON)
def test_another_value_of_any_claim_is_refused_or_harmless(name, value):
    try:
        token = verified({**right(), name: value})
    except TokenInvalid:
        return
    # What still passes is a right value of that claim.
    assert (token.issuer, token.subject) == (
        ISSUER,
        value if name == "sub" else "alice",
    )
    if name == "events":
        assert isinstance(value[EVENT], dict)
    if name == "aud":
        assert CLIENT in value


@given(claims=st.dictionaries(st.text(max_size=8), JSON, max_size=6))
def test_claims_of_any_kind_are_refused(claims):
    with pytest.raises(TokenInvalid):
        verified(claims)


@pytest.mark.django_db
@given(body=st.binary(max_size=300), prefix=st.sampled_from([b"", b"logout_token="]))
@examples(100)
def test_a_body_of_any_kind_is_refused(world, body, prefix):
    with world.example() as visit:
        answer = visit.client.post(URL, prefix + body, content_type=FORM)
        assert answer.status_code == 400
        assert answer.json() == {"error": "invalid_request"}
        assert not LogtoSession.objects.exists()
