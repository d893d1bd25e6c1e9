"""Only a published key of the issuer signs, with an algorithm of that key."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from logto_auth.engine.keys import ALGORITHMS, KeySet

from .minted_tokens import (
    ABSENT,
    RSA,
    claims,
    compact,
    encode,
    header,
    id_token,
    jwk,
    present,
    private_key,
    refusal,
    sign,
    verify,
)

HALF = 48
P384_ORDER = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffff"
    "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    16,
)
ATTACKERS_JWK = jwk("P-384", "attacker")


def raw(r, s):
    return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def r_of(signature):
    return int.from_bytes(signature[:HALF], "big")


def s_of(signature):
    return int.from_bytes(signature[HALF:], "big")


def public_key_in_every_form():
    key = private_key("P-384").public_key()
    info = PublicFormat.SubjectPublicKeyInfo
    pem = key.public_bytes(Encoding.PEM, info)
    return {
        "PEM": pem,
        "PEM without the last newline": pem.strip(),
        "DER": key.public_bytes(Encoding.DER, info),
        "point": key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "JWK": json.dumps(jwk("P-384")).encode(),
    }


def authenticated(secret, alg):
    """Return a token with an HMAC in place of a signature."""
    signed = compact(header(alg, kid="P-384"), claims(), b"").rstrip(".")
    return f"{signed}.{encode(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_every_accepted_algorithm_verifies(alg):
    assert verify(id_token(alg)).subject == "user-1"


@pytest.mark.catalogue(41)
@pytest.mark.parametrize(
    "alg",
    [
        *("none", "None", "nOnE", "NONE", "", "es384", " ES384", "ES384\n", "ES384\0"),
        *(ABSENT, None, 0, True, ["ES384"], {"ES384": 1}),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("signature", [b"", None], ids=["unsigned", "signed"])
def test_any_other_algorithm_is_refused(alg, signature):
    token = compact(present({**header(), "alg": alg}), claims(), signature)
    assert refusal(token) == "wrong_algorithm"


@pytest.mark.catalogue(42)
@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_an_hmac_with_the_app_secret_is_refused(alg):
    assert refusal(authenticated(b"app secret", alg)) == "wrong_algorithm"


@pytest.mark.catalogue(42)
@pytest.mark.parametrize("form", public_key_in_every_form())
def test_an_hmac_with_the_public_key_is_refused(form):
    secret = public_key_in_every_form()[form]
    assert refusal(authenticated(secret, "HS256")) == "wrong_algorithm"
    assert refusal(authenticated(secret, "ES384")) == "wrong_signature"


@pytest.mark.catalogue(43)
@pytest.mark.parametrize("alg", sorted(set(RSA) - set(ALGORITHMS)))
def test_a_right_signature_of_another_algorithm_is_refused(alg):
    assert refusal(id_token(alg)) == "wrong_algorithm"


@pytest.mark.catalogue(43)
@pytest.mark.parametrize(
    ("alg", "kid"),
    [("ES256", "P-384"), ("ES512", "P-384"), ("RS256", "P-384"), ("ES384", "RSA-2048")],
)
def test_a_key_never_verifies_another_algorithm(alg, kid):
    token = compact(header(alg, kid=kid), claims(), alg=alg)
    assert refusal(token) == "unknown_key"


@pytest.mark.catalogue(43)
def test_rsa_paddings_are_told_apart():
    token = compact(header("RS256"), claims(), alg="PS256")
    assert refusal(token) == "wrong_signature"


@pytest.mark.catalogue(44)
def test_a_signature_by_somebody_else_is_refused():
    assert refusal(compact(header(), claims(), owner="attacker")) == "wrong_signature"


@pytest.mark.catalogue(44)
def test_a_signature_of_something_else_is_refused():
    token = compact(header(), claims(), sign(b"something else", "ES384"))
    assert refusal(token) == "wrong_signature"


@pytest.mark.catalogue(44)
def test_an_exchanged_payload_is_refused():
    first, _, third = id_token().split(".")
    payload = encode(json.dumps(claims(sub="admin")).encode())
    assert refusal(f"{first}.{payload}.{third}") == "wrong_signature"


@pytest.mark.catalogue(44)
def test_a_stripped_signature_is_refused():
    token = id_token()
    signed = token.rpartition(".")[0]
    assert refusal(f"{signed}.") == "wrong_signature"
    assert refusal(signed) == "malformed_token"


@pytest.mark.catalogue(44)
@pytest.mark.parametrize(
    "change",
    [
        lambda right: right[:-1],
        lambda right: right[1:],
        lambda right: right + b"\0",
        lambda right: b"\0" + right,
        lambda right: right[HALF:] + right[:HALF],
        lambda right: encode_dss_signature(r_of(right), s_of(right)),
        lambda right: raw(0, 0),
        lambda right: raw(0, s_of(right)),
        lambda right: raw(r_of(right), 0),
        lambda right: raw(P384_ORDER, P384_ORDER),
        lambda right: raw(r_of(right), P384_ORDER),
        lambda right: b"\xff" * len(right),
    ],
    ids=[
        "last byte missing",
        "first byte missing",
        "longer at the end",
        "longer at the start",
        "halves exchanged",
        "DER",
        "r and s zero",
        "r zero",
        "s zero",
        "r and s the order",
        "s the order",
        "all ones",
    ],
)
def test_an_altered_elliptic_signature_is_refused(change):
    assert refusal(compact(header(), claims(), change)) == "wrong_signature"


@pytest.mark.catalogue(44)
@pytest.mark.parametrize("alg", ["RS256", "PS256"])
@pytest.mark.parametrize(
    "change",
    [
        lambda right: b"",
        lambda right: bytes(len(right)),
        lambda right: b"\xff" * len(right),
        lambda right: right[:-1],
        lambda right: b"\0" + right,
    ],
    ids=["empty", "zero", "all ones", "last byte missing", "longer at the start"],
)
def test_an_altered_rsa_signature_is_refused(alg, change):
    token = compact(header(alg), claims(), change, alg=alg)
    assert refusal(token) == "wrong_signature"


@pytest.mark.catalogue(45)
@pytest.mark.parametrize("kid", ["another", "", "p-384", "P-384 ", "P-38"])
def test_an_unknown_kid_is_refused(kid):
    assert refusal(compact(header(kid=kid), claims())) == "unknown_key"


@pytest.mark.catalogue(46)
def test_without_kid_the_only_key_that_fits_the_algorithm_verifies():
    assert verify(compact(header(kid=ABSENT), claims())).subject == "user-1"


@pytest.mark.catalogue(46)
def test_without_kid_several_keys_that_fit_are_refused():
    keys = KeySet.parse({"keys": [jwk("P-384"), jwk("P-384", "next", kid="next")]})
    token = compact(header(kid=ABSENT), claims())
    assert refusal(token, keys=keys) == "ambiguous_key"


@pytest.mark.catalogue(46)
def test_without_kid_no_key_that_fits_is_refused():
    keys = KeySet.parse({"keys": [jwk("P-256")]})
    assert refusal(compact(header(kid=ABSENT), claims()), keys=keys) == "unknown_key"


@pytest.mark.catalogue(47)
@pytest.mark.parametrize(
    "kid",
    [
        "../../../../dev/null",
        "/etc/passwd",
        "P-384' OR '1'='1",
        "https://evil.example/jwks",
        "P-384\0",
        "*",
    ],
)
def test_a_kid_is_plain_text(kid):
    token = compact(header(kid=kid), claims())
    assert refusal(token) == "unknown_key"
    keys = KeySet.parse({"keys": [jwk("P-384", kid=kid)]})
    assert verify(token, keys=keys).subject == "user-1"


@pytest.mark.catalogue(48)
@pytest.mark.parametrize(
    "brought",
    [
        {"jwk": ATTACKERS_JWK},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/certificate"},
        {"x5c": ["MIIB"]},
    ],
    ids=lambda brought: next(iter(brought)),
)
def test_a_key_that_the_token_brings_is_ignored(brought):
    forged = compact(header(**brought), claims(), owner="attacker")
    assert refusal(forged) == "wrong_signature"
    forged = compact(header(kid="own", **brought), claims(), owner="attacker")
    assert refusal(forged) == "unknown_key"
    assert verify(compact(header(**brought), claims())).subject == "user-1"
