"""What must not or cannot be used as a key is skipped, the good keys beside it used."""

from __future__ import annotations

import pytest

from logto_auth.engine.keys import KeySet
from logto_auth.errors import SigningKeyUnknown

from .minted_tokens import ABSENT, encode, jwk, present

GOOD = jwk("P-384", kid="good")
BAD = jwk("P-384", "other", kid="bad")


def key_set(*jwks):
    return KeySet.parse({"keys": list(jwks)})


def octets(number, size):
    return encode(number.to_bytes(size, "big"))


@pytest.mark.catalogue(66)
@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"use": None},
        {"use": ["sig"]},
        {"key_ops": ["encrypt"]},
        {"key_ops": []},
        {"key_ops": "verify"},
        {"alg": "ES256"},
        {"alg": "ECDH-ES"},
        {"alg": "none"},
        {"alg": None},
        {"alg": ["ES384"]},
        {"kid": 1},
        {"kid": ["k"]},
        {"kty": "oct"},
        {"kty": "OKP"},
        {"kty": "ec"},
        {"kty": ABSENT},
        {"kty": ["EC"]},
        {"crv": "P-256"},
        {"crv": "P-521"},
        {"crv": "secp256k1"},
        {"crv": "p-384"},
        {"crv": ABSENT},
        {"crv": ["P-384"]},
        {"crv": {"P-384": 1}},
        {"x": ABSENT},
        {"y": ABSENT},
        {"x": ""},
        {"x": 1},
        {"x": None},
        {"x": "!"},
        {"x": BAD["x"] + "="},
        {"x": BAD["x"] + "AAAA"},
        {"x": "AAAA" + BAD["x"]},
        {"y": "AAAA" + BAD["y"]},
        {"x": BAD["x"][:-4]},
        {"x": "é" * 64},
        {"y": GOOD["x"]},
        {"x": octets(0, 48), "y": octets(0, 48)},
        {"x": octets(2**384 - 1, 48), "y": octets(2**384 - 1, 48)},
        {"d": octets(1, 48)},
        {"k": "c2VjcmV0"},
    ],
    ids=",".join,
)
def test_an_unusable_elliptic_key_is_skipped(members):
    found = key_set(present({**BAD, **members}), GOOD)
    assert found.find(kid="good", alg="ES384")
    assert len(found.keys) == 1


@pytest.mark.catalogue(66)
@pytest.mark.parametrize(
    "members",
    [
        {"n": ABSENT},
        {"e": ABSENT},
        {"n": ""},
        {"e": ""},
        {"n": 5},
        {"e": 65537},
        {"e": octets(0, 1)},
        {"e": octets(1, 1)},
        {"e": octets(65536, 3)},
        {"e": octets(2**64 + 1, 9)},
        {"n": octets(2**2047, 256)},
        {"n": octets(3 * 2**1022 + 1, 128)},
        {"n": octets(2**8192 + 1, 1025)},
        {"n": "A" * 1_000_000},
        {"alg": "RS512"},
        {"alg": "RSA-OAEP-256"},
        {"p": octets(1, 1)},
        {"oth": []},
    ],
    ids=",".join,
)
def test_an_unusable_rsa_key_is_skipped(members):
    found = key_set(jwk("RSA-2048", **{"kid": "bad", **members}), GOOD)
    assert found.find(kid="good", alg="ES384")
    assert len(found.keys) == 1


def test_the_largest_rsa_key_is_used():
    largest = jwk(
        "RSA-2048", kid="k", n=octets(2**8192 - 1, 1024), e=octets(2**63 + 1, 8)
    )
    assert key_set(largest).find(kid="k", alg="RS256").public_key.key_size == 8192


@pytest.mark.catalogue(43)
@pytest.mark.parametrize("kind", ["RSA-1024", "RSA-2040"])
def test_a_weak_rsa_key_is_skipped(kind):
    found = key_set(jwk(kind, kid="weak"), GOOD)
    assert found == key_set(GOOD)
    with pytest.raises(SigningKeyUnknown):
        found.find(kid="weak", alg="RS256")


@pytest.mark.catalogue(66)
@pytest.mark.parametrize("kind", ["P-256", "P-384", "P-521", "RSA-2048"])
def test_a_private_key_is_skipped(kind):
    assert key_set(jwk(kind, kid="bad", private=True), GOOD) == key_set(GOOD)


@pytest.mark.catalogue(66)
@pytest.mark.parametrize("alg", [ABSENT, "HS256", "ES384"])
def test_a_symmetric_key_is_skipped(alg):
    oct_key = {"kty": "oct", "kid": "good", "k": "c2VjcmV0"}
    oct_key |= {} if alg is ABSENT else {"alg": alg}
    assert key_set(oct_key, GOOD) == key_set(GOOD)


@pytest.mark.catalogue(66)
@pytest.mark.parametrize("broken", [None, 1, "key", [], {}, [GOOD], {"keys": [GOOD]}])
def test_what_is_no_key_is_skipped(broken):
    assert key_set(broken, GOOD) == key_set(GOOD)


@pytest.mark.catalogue(66)
def test_a_broken_key_does_not_hide_a_good_one_of_the_same_kid():
    without_y = {name: value for name, value in GOOD.items() if name != "y"}
    found = key_set(without_y, GOOD, jwk("P-384", kid="good", use="enc"))
    assert found.find(kid="good", alg="ES384")
