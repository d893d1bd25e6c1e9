"""Only a key that Logto publishes, used with its own algorithm, signs anybody in."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.unit.minted_tokens import RSA, encode, jwk, private_key, sign

from .forging import ABSENT, header_with, minted, publish_keys

INFO = PublicFormat.SubjectPublicKeyInfo


def halves(signature):
    half = len(signature) // 2
    return (
        int.from_bytes(part, "big") for part in (signature[:half], signature[half:])
    )


def of_admin(token):
    """Put another payload under a signature."""
    first, _, third = token.split(".")
    payload = json.dumps({"sub": "admin"}).encode()
    return f"{first}.{encode(payload)}.{third}"


def authenticated(secret, alg, kid):
    """Return a forger of tokens with an HMAC in place of a signature."""

    def text(token):
        signed = token.rpartition(".")[0]
        mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
        return f"{signed}.{encode(mac)}"

    return minted(alg, b"", kid=kid, text=text)


def forms_of(public_jwk):
    """Return every form in which a public key could be taken for a secret."""
    key = ECAlgorithm.from_jwk(public_jwk)
    pem = key.public_bytes(Encoding.PEM, INFO)
    return {
        "PEM": pem,
        "PEM without the last newline": pem.strip(),
        "DER": key.public_bytes(Encoding.DER, INFO),
        "point": key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "JWK": json.dumps(public_jwk, separators=(",", ":")).encode(),
        "x": public_jwk["x"].encode(),
    }


@pytest.mark.catalogue(41)
@pytest.mark.conformance("oidcc-client-test-idtoken-sig-none")
@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE"])
@pytest.mark.parametrize("kid", [ABSENT, "P-384"], ids=["without kid", "with kid"])
def test_an_unsigned_id_token_signs_nobody_in(trial, alg, kid):
    publish_keys(trial.logto)
    trial.refuses(minted(alg, b"", kid=kid), "wrong_algorithm")


@pytest.mark.catalogue(41)
@pytest.mark.parametrize(
    "alg",
    ["none", "", "es384", " ES384", "ES384\0", ABSENT, None, 0, ["ES384"], {"a": 1}],
    ids=ascii,
)
def test_a_right_signature_does_not_help_an_algorithm_that_nobody_knows(trial, alg):
    publish_keys(trial.logto)
    trial.refuses(minted(alg), "wrong_algorithm")


@pytest.mark.catalogue(42)
@pytest.mark.conformance("oidcc-client-test-invalid-sig-hs256")
@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_an_hmac_with_the_app_secret_signs_nobody_in(trial, alg):
    trial.refuses(header_with(alg=alg), "wrong_algorithm")


@pytest.mark.catalogue(42)
@pytest.mark.parametrize(
    "form", ["PEM", "PEM without the last newline", "DER", "point", "JWK", "x"]
)
@pytest.mark.parametrize(
    ("alg", "reason"), [("HS256", "wrong_algorithm"), ("ES384", "wrong_signature")]
)
def test_an_hmac_with_the_public_key_signs_nobody_in(trial, form, alg, reason):
    (published,) = trial.logto.keys.jwks()["keys"]
    secret = forms_of(published)[form]
    trial.refuses(authenticated(secret, alg, published["kid"]), reason)


@pytest.mark.catalogue(42, 66)
def test_an_hmac_with_a_published_secret_signs_nobody_in(trial):
    secret = {"kty": "oct", "kid": "secret", "alg": "HS256", "k": encode(b"k" * 32)}
    publish_keys(trial.logto, secret)
    forged = authenticated(b"k" * 32, "HS256", "secret")
    trial.refuses(forged, "wrong_algorithm")


@pytest.mark.catalogue(43)
@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS384", "PS512"])
def test_an_algorithm_that_only_discovery_names_is_refused(trial, alg):
    assert alg in RSA
    trial.logto.forge_discovery = lambda document: {
        **document,
        "id_token_signing_alg_values_supported": [alg],
    }
    publish_keys(trial.logto)
    trial.refuses(minted(alg), "wrong_algorithm")


@pytest.mark.catalogue(43)
def test_an_edwards_curve_is_refused(trial):
    key = Ed25519PrivateKey.generate()
    x = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    publish_keys(
        trial.logto, {"kty": "OKP", "crv": "Ed25519", "kid": "e", "x": encode(x)}
    )

    def text(token):
        signed = token.rpartition(".")[0]
        return f"{signed}.{encode(key.sign(signed.encode()))}"

    trial.refuses(minted("EdDSA", kid="e", text=text), "wrong_algorithm")


@pytest.mark.catalogue(43)
@pytest.mark.parametrize(
    ("alg", "kid"),
    [
        *(("ES256", "P-384"), ("ES512", "P-384"), ("ES384", "P-256")),
        *(("RS256", "P-384"), ("ES384", "RSA-2048")),
    ],
)
def test_a_key_of_another_curve_or_type_than_the_algorithms_is_refused(trial, alg, kid):
    publish_keys(trial.logto)
    trial.refuses(minted(alg, kid=kid), "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(43)
def test_a_key_that_is_published_for_one_algorithm_signs_with_no_other(trial):
    publish_keys(trial.logto, jwk("RSA-2048", alg="PS256"))
    trial.refuses(minted("RS256"), "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(43)
@pytest.mark.parametrize("kind", ["RSA-1024", "RSA-2040"])
def test_an_rsa_key_of_less_than_2048_bits_is_refused(trial, kind):
    publish_keys(trial.logto, jwk(kind))

    def weakly_signed(token):
        signed = token.rpartition(".")[0]
        digest = RSAAlgorithm(RSAAlgorithm.SHA256)
        signature = digest.sign(signed.encode(), private_key(kind))
        return f"{signed}.{encode(signature)}"

    forged = minted("RS256", kid=kind, text=weakly_signed)
    trial.refuses(forged, "unknown_key", "signing_key_unknown")


@pytest.mark.catalogue(44)
@pytest.mark.conformance("oidcc-client-test-invalid-sig-es256")
@pytest.mark.parametrize(
    "change",
    [
        lambda right: b"",
        lambda right: right[:-1],
        lambda right: right[1:],
        lambda right: right + b"\0",
        lambda right: right[:-1] + bytes((right[-1] ^ 1,)),
        lambda right: encode_dss_signature(*halves(right)),
        lambda right: bytes(len(right)),
        lambda right: bytes(len(right) // 2) + right[len(right) // 2 :],
        lambda right: right[: len(right) // 2] + bytes(len(right) // 2),
        lambda right: b"\xff" * len(right),
    ],
    ids=[
        *("stripped", "last byte missing", "first byte missing", "longer", "one bit"),
        *("DER", "r and s zero", "r zero", "s zero", "all ones"),
    ],
)
@pytest.mark.parametrize("alg", ["ES384", "ES256"])
def test_an_altered_elliptic_signature_signs_nobody_in(trial, alg, change):
    publish_keys(trial.logto)
    trial.refuses(minted(alg, change), "wrong_signature")


@pytest.mark.catalogue(44)
@pytest.mark.conformance("oidcc-client-test-invalid-sig-rs256")
@pytest.mark.parametrize(
    "change",
    [
        lambda right: b"",
        lambda right: right[:-1],
        lambda right: right[:-1] + bytes((right[-1] ^ 1,)),
        lambda right: bytes(len(right)),
        lambda right: bytes(len(right) - 1) + b"\1",
    ],
    ids=["stripped", "last byte missing", "one bit", "zero", "one"],
)
@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_an_altered_rsa_signature_signs_nobody_in(trial, alg, change):
    publish_keys(trial.logto)
    trial.refuses(minted(alg, change), "wrong_signature")


@pytest.mark.catalogue(44)
@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (minted(owner="attacker"), "wrong_signature"),
        (minted(signature=sign(b"something else", "ES384")), "wrong_signature"),
        (minted(text=of_admin), "wrong_signature"),
        (minted(text=lambda token: token[:-3]), "malformed_token"),
        (minted(text=lambda token: token.rpartition(".")[0]), "malformed_token"),
    ],
    ids=["stranger's key", "of another text", "exchanged payload", "cut", "two parts"],
)
def test_a_signature_that_is_not_the_tokens_signs_nobody_in(trial, forged, reason):
    publish_keys(trial.logto)
    trial.refuses(forged, reason)


@pytest.mark.catalogue(43)
@pytest.mark.conformance("oidcc-client-test", "oidcc-client-test-idtoken-sig-rs256")
@pytest.mark.parametrize("alg", ["ES384", "ES256", "ES512", "RS256", "PS256"])
def test_each_accepted_algorithm_signs_in_with_a_key_of_its_own(trial, alg):
    publish_keys(trial.logto)
    trial.accepts(minted(alg))
