"""Tokens as good or as bad as a test wants them, signed with keys of this process."""

from __future__ import annotations

import base64
import json
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt import PyJWS
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from logto_auth.engine.keys import KeySet
from logto_auth.engine.verification import verify_id_token
from logto_auth.errors import SigningKeyUnknown, TokenInvalid

ISSUER = "https://logto.example.com/oidc"
CLIENT_ID = "app-1"
NONCE = "n-0S6_WzA2Mj"
NOW = 1_800_000_000
ABSENT = type("Absent", (), {"__repr__": lambda self: "absent"})()

CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
RSA = ("RS256", "PS256", "RS384", "RS512", "PS384", "PS512")
KINDS = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"} | dict.fromkeys(
    RSA, "RSA-2048"
)


def present(members):
    """Return the members that are not ``ABSENT``."""
    return {name: value for name, value in members.items() if value is not ABSENT}


@cache
def _generated(kind, owner):
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind]())
    return rsa.generate_private_key(65537, int(kind.removeprefix("RSA-")))


def private_key(kind, owner="logto"):
    """Return the one key of this kind (``P-384``, ``RSA-2048``) that an owner has."""
    return _generated(kind, owner)


def jwk(kind, owner="logto", *, private=False, **members):
    """Return a key as JWK; its ``kid`` is its kind unless ``members`` say otherwise."""
    key = private_key(kind, owner)
    form = (ECAlgorithm if kind in CURVES else RSAAlgorithm).to_jwk(
        key if private else key.public_key(), as_dict=True
    )
    return present({"kid": kind, "use": "sig", **form, "key_ops": ABSENT, **members})


@cache
def published_keys():
    """Return the keys of the issuer: one of each kind."""
    return KeySet.parse({"keys": [jwk(kind) for kind in dict.fromkeys(KINDS.values())]})


def claims(**changes):
    """Return the claims of a good token; a change to ``ABSENT`` leaves one out."""
    good = {
        "iss": ISSUER,
        "sub": "user-1",
        "aud": CLIENT_ID,
        "exp": NOW + 3600,
        "iat": NOW,
        "nonce": NONCE,
        "updated_at": NOW * 1000,
    }
    return present(good | changes)


def encode(data):
    """Return bytes as unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(data, alg, *, owner="logto"):
    """Return the raw signature of ``data``."""
    key = private_key(KINDS[alg], owner)
    return PyJWS().get_algorithm_by_name(alg).sign(data, key)


def compact(header, payload, signature=None, *, alg="ES384", owner="logto"):
    """Return a token of any header and payload (objects, or bytes as they are).

    ``signature`` replaces the right one, or makes one of the right one.
    """
    first, second = (
        encode(part if isinstance(part, bytes) else json.dumps(part).encode())
        for part in (header, payload)
    )
    signed = f"{first}.{second}"
    if not isinstance(signature, bytes):
        right = sign(signed.encode(), alg, owner=owner)
        signature = signature(right) if callable(signature) else right
    return f"{signed}.{encode(signature)}"


def header(alg="ES384", **changes):
    """Return the header of a good token."""
    return present({"alg": alg, "kid": KINDS.get(alg, "P-384"), **changes})


def id_token(alg="ES384", **changes):
    """Return a good ID token but for ``changes`` of its claims."""
    return compact(header(alg), claims(**changes), alg=alg)


def verify(token, **changes):
    """Verify as the engine does after a sign-in; ``changes`` replace arguments."""
    expected = {
        "keys": published_keys(),
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "nonce": NONCE,
        "now": NOW,
    }
    expected.update(changes)
    return verify_id_token(token, expected.pop("keys"), **expected)


def refusal(token, **changes):
    """Return why a token is refused; fails when it is not, or when the error tells."""
    with pytest.raises(TokenInvalid) as caught:
        verify(token, **changes)
    told = f"{caught.value} {caught.value.args} {caught.value.detail}"
    assert not any(part in told for part in token.split(".") if len(part) > 8)
    missing_key = caught.value.reason in ("unknown_key", "ambiguous_key")
    assert isinstance(caught.value, SigningKeyUnknown) == missing_key
    return caught.value.reason
