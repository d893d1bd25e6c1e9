"""Which published keys are used, and for what."""

from __future__ import annotations

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from logto_auth.engine.keys import ALGORITHMS, MAX_KEYS, KeySet, base64url_decode
from logto_auth.errors import ProviderResponseInvalid, SigningKeyUnknown

from .minted_tokens import ABSENT, id_token, jwk, private_key, verify

GOOD = jwk("P-384", kid="good")
ELLIPTIC = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


def key_set(*jwks):
    return KeySet.parse({"keys": list(jwks)})


def refusal(key_set, **header):
    with pytest.raises(SigningKeyUnknown) as caught:
        key_set.find(**header)
    return caught.value.reason


def without(jwk, name):
    return {key: value for key, value in jwk.items() if key != name}


@pytest.mark.catalogue(42, 43)
def test_the_accepted_algorithms_are_a_constant_and_none_is_symmetric():
    assert ALGORITHMS == ("ES384", "ES256", "ES512", "RS256", "PS256")


@pytest.mark.catalogue(43)
@pytest.mark.parametrize(("curve", "alg"), ELLIPTIC.items())
def test_a_curve_allows_its_own_algorithm_only(curve, alg):
    found = key_set(jwk(curve, kid="k"))
    key = found.find(kid="k", alg=alg)
    assert isinstance(key.public_key, EllipticCurvePublicKey)
    assert key.public_key == private_key(curve).public_key()
    assert key.algorithms == (alg,)
    for other in set(ALGORITHMS) - {alg}:
        assert refusal(found, kid="k", alg=other) == "unknown_key"


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_an_rsa_key_allows_both_paddings(alg):
    key = key_set(jwk("RSA-2048", kid="k")).find(kid="k", alg=alg)
    assert isinstance(key.public_key, RSAPublicKey)
    assert key.public_key == private_key("RSA-2048").public_key()


def test_alg_in_a_key_narrows_what_it_may_verify():
    found = key_set(jwk("RSA-2048", kid="k", alg="RS256"))
    assert found.find(kid="k", alg="RS256").algorithms == ("RS256",)
    assert refusal(found, kid="k", alg="PS256") == "unknown_key"


@pytest.mark.catalogue(66)
def test_the_same_key_twice_is_one_key():
    found = key_set(GOOD, dict(GOOD))
    assert found.find(kid="good", alg="ES384")
    assert found.find(kid=None, alg="ES384")


@pytest.mark.catalogue(66)
def test_two_keys_of_one_kid_are_told_apart_by_their_algorithm():
    found = key_set(jwk("P-384", kid="k"), jwk("P-256", kid="k"))
    assert found.find(kid="k", alg="ES256").algorithms == ("ES256",)


@pytest.mark.catalogue(66)
def test_two_keys_of_one_kid_and_algorithm_are_refused():
    found = key_set(jwk("P-384", kid="k"), jwk("P-384", "other", kid="k"), GOOD)
    assert refusal(found, kid="k", alg="ES384") == "ambiguous_key"
    assert found.find(kid="good", alg="ES384")


@pytest.mark.catalogue(66)
def test_of_ten_thousand_keys_the_first_hundred_are_read():
    found = KeySet.parse(
        {"keys": [{**GOOD, "kid": str(number)} for number in range(10_000)]}
    )
    assert len(found.keys) == MAX_KEYS == 100
    assert found.find(kid="99", alg="ES384")
    assert refusal(found, kid="100", alg="ES384") == "unknown_key"


@pytest.mark.catalogue(46)
def test_without_kid_exactly_one_key_may_fit_the_algorithm():
    found = key_set(GOOD, jwk("P-256"), jwk("RSA-2048"))
    assert found.find(kid=None, alg="ES384").kid == "good"
    assert refusal(found, kid=None, alg="ES512") == "unknown_key"
    two = key_set(GOOD, jwk("P-384", "other"))
    assert refusal(two, kid=None, alg="ES384") == "ambiguous_key"


def test_a_key_without_kid_is_found_without_kid_only():
    found = key_set(jwk("P-384", kid=ABSENT))
    assert found.find(kid=None, alg="ES384").kid is None
    assert refusal(found, kid="P-384", alg="ES384") == "unknown_key"


def test_members_that_say_nothing_about_use_are_allowed():
    plain = jwk("P-384", kid="k", use=ABSENT, key_ops=["verify"], x5c=["MIIB"], foo=1)
    assert key_set(plain).find(kid="k", alg="ES384")


@pytest.mark.parametrize("document", [None, [], [GOOD], "keys", 1, {}, {"keys": GOOD}])
def test_what_is_no_key_set_is_refused(document):
    with pytest.raises(ProviderResponseInvalid) as caught:
        KeySet.parse(document)
    assert caught.value.reason == "jwks_shape"


@pytest.mark.parametrize("jwks", [[], [None], [without(GOOD, "x")]], ids=len)
def test_a_key_set_without_a_usable_key_is_refused(jwks):
    with pytest.raises(ProviderResponseInvalid) as caught:
        KeySet.parse({"keys": jwks})
    assert caught.value.reason == "jwks_empty"


def test_a_key_set_does_not_follow_its_document():
    document = {"keys": [dict(GOOD)]}
    found = KeySet.parse(document)
    document["keys"][0]["kid"] = "changed"
    document["keys"].clear()
    assert found.find(kid="good", alg="ES384")


def test_a_key_set_cannot_be_changed():
    found = key_set(GOOD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.keys = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.keys[0].kid = "another"
    assert isinstance(found.keys, tuple)


@pytest.mark.catalogue(67)
def test_a_token_of_the_next_key_verifies_with_the_new_set_only():
    old, new = key_set(jwk("P-256")), key_set(jwk("P-256"), jwk("P-384"))
    with pytest.raises(SigningKeyUnknown):
        verify(id_token(), keys=old)
    assert verify(id_token(), keys=new).subject == "user-1"


@pytest.mark.parametrize(
    ("text", "value"),
    [("", b""), ("AA", b"\0"), ("_-8", b"\xff\xef"), ("AQAB", b"\1\0\1")],
)
def test_base64url_is_decoded(text, value):
    assert base64url_decode(text) == value


@pytest.mark.parametrize(
    "text", ["A", "AA==", "AB", "AA\n", " AA", "/+8", "A.A", "é", "\ud800", "AA\0"]
)
def test_any_other_spelling_of_base64url_is_refused(text):
    with pytest.raises(ValueError, match=r"base64|padding|ASCII"):
        base64url_decode(text)
