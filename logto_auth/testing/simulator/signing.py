"""Signing keys of the simulator and the JWTs made with them.

Deliberately able to make bad tokens too: a forged header decides how a token is signed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm, RSAPSSAlgorithm

_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "ES256": ec.SECP256R1,
    "ES384": ec.SECP384R1,
    "ES512": ec.SECP521R1,
}
_HASHES = {
    "256": (ECAlgorithm.SHA256, hashlib.sha256),
    "384": (ECAlgorithm.SHA384, hashlib.sha384),
    "512": (ECAlgorithm.SHA512, hashlib.sha512),
}


def encoded(data: bytes) -> str:
    """Return base64url without padding (RFC 7515, appendix C)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SigningKey:
    """One key pair and its place in the JWKS.

    Args:
        algorithm: ``ES384`` like a Logto as installed, or ``ES256``, ``ES512``,
            ``RS256``, ``PS256``.
    """

    def __init__(self, algorithm: str = "ES384") -> None:
        self.algorithm = algorithm
        self._private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        if algorithm in _CURVES:
            self._private = ec.generate_private_key(_CURVES[algorithm]())
        else:
            self._private = rsa.generate_private_key(65537, 2048)
        self.kid = encoded(hashlib.sha256(self._thumbprint_input()).digest())

    def public_jwk(self) -> dict[str, Any]:
        """Return the JWKS entry, in Logto's order."""
        numbers = self._public_numbers()
        return {
            "kty": numbers.pop("kty"),
            "use": "sig",
            "kid": self.kid,
            "alg": self.algorithm,
            **numbers,
        }

    def sign(self, message: bytes, algorithm: str) -> bytes:
        """Return the JWS signature of ``message``."""
        digest = _HASHES[algorithm[2:]][0]
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            return ECAlgorithm(digest).sign(message, self._private)
        kind = RSAPSSAlgorithm if algorithm.startswith("PS") else RSAAlgorithm
        return kind(digest).sign(message, self._private)

    def _public_numbers(self) -> dict[str, str]:
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            document = ECAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        else:
            document = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {name: document[name] for name in _members(document["kty"])}

    def _thumbprint_input(self) -> bytes:
        numbers = dict(sorted(self._public_numbers().items()))
        return json.dumps(numbers, separators=(",", ":")).encode()  # RFC 7638


def _members(kty: str) -> tuple[str, ...]:
    return ("kty", "crv", "x", "y") if kty == "EC" else ("kty", "e", "n")


class Keys:
    """The tenant's signing keys: one signs, all are published."""

    def __init__(self, algorithm: str = "ES384") -> None:
        self.algorithm = algorithm
        self._first = SigningKey(algorithm)
        self.published = [self._first]
        self._unpublished: dict[str, SigningKey] = {}

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return self.published[0]

    def rotate(self, *, keep_previous: bool = True) -> None:
        """Sign with a fresh key from now on.

        Args:
            keep_previous: Still publish the keys of tokens that are around, as Logto
                does; False withdraws them at once.
        """
        kept = self.published if keep_previous else []
        self.published = [SigningKey(self.algorithm), *kept]

    def reset(self) -> None:
        """Sign with the first key again, and publish no other."""
        self.published = [self._first]

    def jwks(self) -> dict[str, Any]:
        """Return the JWKS document."""
        return {"keys": [key.public_jwk() for key in self.published]}

    def header(self, typ: str | None = None) -> dict[str, Any]:
        """Return the header of a token; that of an ID token has no ``typ`` at Logto."""
        kind = {} if typ is None else {"typ": typ}
        return {"alg": self.current.algorithm, **kind, "kid": self.current.kid}

    def jwt(
        self, header: Mapping[str, Any], claims: Mapping[str, Any], *, secret: str
    ) -> str:
        """Return a compact JWT, signed the way ``header`` says.

        Args:
            header: ``none`` leaves the signature empty, ``HS…`` signs with ``secret``,
                and an algorithm that is not the tenant's with a key nobody publishes.
            secret: The application's secret.
        """
        signing_input = f"{_segment(header)}.{_segment(claims)}"
        signature = self._signature(
            str(header.get("alg")), signing_input.encode(), secret
        )
        return f"{signing_input}.{encoded(signature)}"

    def _signature(self, algorithm: str, message: bytes, secret: str) -> bytes:
        if algorithm.lower() == "none":
            return b""
        if algorithm in ("HS256", "HS384", "HS512"):
            digest = _HASHES[algorithm[2:]][1]
            return hmac.new(secret.encode(), message, digest).digest()
        if algorithm == self.current.algorithm:
            return self.current.sign(message, algorithm)
        known = algorithm in _CURVES or algorithm in ("RS256", "PS256")
        used = algorithm if known else "ES384"
        key = self._unpublished.setdefault(used, SigningKey(used))
        return key.sign(message, used)


def _segment(document: Mapping[str, Any]) -> str:
    return encoded(json.dumps(document, separators=(",", ":")).encode())
