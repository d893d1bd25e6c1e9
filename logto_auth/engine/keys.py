"""The signing keys of a Logto server: JSON Web Keys, each bound to its algorithms."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPublicKey,
    RSAPublicNumbers,
)

from ..errors import ProviderResponseInvalid, SigningKeyUnknown

#: Signature algorithms that are accepted, Logto's default first. All are asymmetric:
#: with a symmetric one, whoever knows the key could sign (RFC 8725, 3.1 and 3.2).
ALGORITHMS: Final = ("ES384", "ES256", "ES512", "RS256", "PS256")

MAX_KEYS: Final = 100
MIN_RSA_BITS: Final = 2048
MAX_RSA_BITS: Final = 8192

_RSA_ALGORITHMS = ("RS256", "PS256")
_CURVES: dict[str, tuple[EllipticCurve, str]] = {
    "P-256": (SECP256R1(), "ES256"),
    "P-384": (SECP384R1(), "ES384"),
    "P-521": (SECP521R1(), "ES512"),
}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def base64url_decode(text: str) -> bytes:
    """Decode unpadded base64url (RFC 7515, 2); each value has one accepted spelling.

    Raises:
        ValueError: Padding, foreign characters, or bits that carry nothing are set.
    """
    value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(value).rstrip(b"=") != text.encode("ascii"):
        raise ValueError("not canonical base64url")
    return value


@dataclass(frozen=True, slots=True)
class Key:
    """One public key and the algorithms that it may verify.

    Args:
        kid: Its identifier, when it has one.
        algorithms: What its type and curve allow, narrowed by the JWK's ``alg``.
        public_key: The key itself.
    """

    kid: str | None
    algorithms: tuple[str, ...]
    public_key: EllipticCurvePublicKey | RSAPublicKey

    @classmethod
    def parse(cls, jwk: object) -> Key:
        """Read one JWK (RFC 7517, 4).

        Raises:
            ValueError: It is broken, private, symmetric, too weak, or not for
                verifying signatures with one of ``ALGORITHMS``.
        """
        if not isinstance(jwk, dict) or not _PRIVATE_MEMBERS.isdisjoint(jwk):
            raise ValueError("not a public JWK")
        if jwk.get("use", "sig") != "sig":
            raise ValueError("not for signatures")
        operations = jwk.get("key_ops", ["verify"])
        if not isinstance(operations, list) or "verify" not in operations:
            raise ValueError("not for verifying")
        kid = jwk.get("kid")
        if not (kid is None or isinstance(kid, str)):
            raise ValueError("kid is not a string")
        public_key, algorithms = _public_key(jwk)
        if "alg" in jwk:
            algorithms = tuple(alg for alg in algorithms if alg == jwk["alg"])
        if not algorithms:
            raise ValueError("for another algorithm")
        return cls(kid, algorithms, public_key)


@dataclass(frozen=True, slots=True)
class KeySet:
    """The usable keys of one JWKS document; immutable."""

    keys: tuple[Key, ...]

    @classmethod
    def parse(cls, document: object) -> KeySet:
        """Read a decoded JWKS document (RFC 7517, 5).

        Unusable keys are skipped, so that one broken or foreign key does not stop
        sign-in; only the first ``MAX_KEYS`` are looked at.

        Raises:
            ProviderResponseInvalid: It is no JWKS document (``jwks_shape``), or no key
                in it is usable (``jwks_empty``).
        """
        jwks = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(jwks, list):
            raise ProviderResponseInvalid(reason="jwks_shape")
        keys: list[Key] = []
        for jwk in jwks[:MAX_KEYS]:
            try:
                key = Key.parse(jwk)
            except (ValueError, UnsupportedAlgorithm):
                continue
            if key not in keys:
                keys.append(key)
        if not keys:
            raise ProviderResponseInvalid(reason="jwks_empty")
        return cls(tuple(keys))

    def find(self, *, kid: str | None, alg: str) -> Key:
        """Return the only key that fits a token's header.

        Args:
            kid: Compared as plain text, never looked up anywhere; None when the header
                has none, and then one key alone may fit ``alg``.
            alg: One of ``ALGORITHMS``.

        Raises:
            SigningKeyUnknown: No key fits (``unknown_key``), or several do
                (``ambiguous_key``).
        """
        fitting = [
            key
            for key in self.keys
            if alg in key.algorithms and (kid is None or kid == key.kid)
        ]
        if not fitting:
            raise SigningKeyUnknown(reason="unknown_key")
        if len(fitting) > 1:
            raise SigningKeyUnknown(reason="ambiguous_key")
        return fitting[0]


def _public_key(
    jwk: dict[str, Any],
) -> tuple[EllipticCurvePublicKey | RSAPublicKey, tuple[str, ...]]:
    match jwk.get("kty"):
        case "EC":
            return _elliptic_key(jwk)
        case "RSA":
            return _rsa_key(jwk), _RSA_ALGORITHMS
    raise ValueError("unknown key type")


def _elliptic_key(jwk: dict[str, Any]) -> tuple[EllipticCurvePublicKey, tuple[str]]:
    name = jwk.get("crv")
    if not isinstance(name, str) or name not in _CURVES:
        raise ValueError("unknown curve")
    curve, alg = _CURVES[name]
    size = (curve.key_size + 7) // 8
    x, y = _bytes_of(jwk, "x"), _bytes_of(jwk, "y")
    if len(x) != size or len(y) != size:
        raise ValueError("coordinate of the wrong length")  # RFC 7518, 6.2.1.2
    numbers = EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve
    )
    return numbers.public_key(), (alg,)


def _rsa_key(jwk: dict[str, Any]) -> RSAPublicKey:
    n, e = _bytes_of(jwk, "n"), _bytes_of(jwk, "e")
    # A huge modulus or exponent would make every verification slow.
    if len(n) > MAX_RSA_BITS // 8 or len(e) > 8:
        raise ValueError("too large")
    numbers = RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big"))
    if numbers.n % 2 == 0:
        raise ValueError("no product of two large primes")
    key = numbers.public_key()
    if key.key_size < MIN_RSA_BITS:
        raise ValueError("too weak")
    return key


def _bytes_of(jwk: dict[str, Any], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise ValueError("member is not a string")
    return base64url_decode(text)
