"""Signed tokens in compact form: size, header, signature and payload, not the claims.

Only strict input gets through, so that no two readers can read a token differently
(RFC 7515; RFC 8725).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from django.views.decorators.debug import sensitive_variables
from jwt import PyJWS

from ..errors import TokenInvalid
from .keys import ALGORITHMS, KeySet, base64url_decode

#: Characters of a whole token, and of its encoded header.
MAX_TOKEN_LENGTH: Final = 64 * 1024
MAX_HEADER_LENGTH: Final = 4 * 1024
#: Objects and lists inside each other.
MAX_DEPTH: Final = 32

_JWS = PyJWS(algorithms=ALGORITHMS)


@dataclass(frozen=True, slots=True)
class Header:
    """What a token says about itself; not verified.

    Args:
        alg: One of ``ALGORITHMS``.
        kid: Identifier of the signing key, when it names one.
        typ: The media type in lower case and without ``application/``, when it has one.
    """

    alg: str
    kid: str | None
    typ: str | None


@sensitive_variables()
def unverified_header(unverified_token: str) -> Header:
    """Read the header of a token (RFC 7515, 4.1 and 7.1).

    Keys that a token brings along (``jwk``, ``jku``, ``x5u``, ``x5c``) are ignored.

    Raises:
        TokenInvalid: ``reason`` is ``too_large``, ``malformed_token``,
            ``malformed_header``, ``wrong_algorithm`` or ``unsupported_header``.
    """
    if len(unverified_token) > MAX_TOKEN_LENGTH:
        raise TokenInvalid(reason="too_large")
    segments = unverified_token.split(".", 3)
    if len(segments) != 3:
        raise TokenInvalid(reason="malformed_token")
    if len(segments[0]) > MAX_HEADER_LENGTH:
        raise TokenInvalid(reason="too_large")
    try:
        header = strict_object(base64url_decode(segments[0]))
    except ValueError:
        raise TokenInvalid(reason="malformed_header") from None
    alg = header.get("alg")
    if alg not in ALGORITHMS:
        raise TokenInvalid(reason="wrong_algorithm")
    # `crit`: nothing critical is understood (4.1.11). `b64` and `zip` change what the
    # payload's bytes mean (RFC 7797, RFC 7516).
    if not header.keys().isdisjoint({"crit", "b64", "zip"}):
        raise TokenInvalid(reason="unsupported_header")
    kid, typ = header.get("kid", ""), header.get("typ", "")
    if not isinstance(kid, str) or not isinstance(typ, str):
        raise TokenInvalid(reason="malformed_header")
    return Header(
        alg,
        kid if "kid" in header else None,
        typ.lower().removeprefix("application/") if "typ" in header else None,
    )


@sensitive_variables()
def signed_claims(
    unverified_token: str, header: Header, keys: KeySet
) -> dict[str, Any]:
    """Return the payload of a token whose signature is right; no claim is checked.

    Args:
        unverified_token: The token that ``header`` was read from.
        header: As `unverified_header` returned it.
        keys: The issuer's published keys; no other key is ever used.

    Raises:
        SigningKeyUnknown: No published key fits, or several do.
        TokenInvalid: ``reason`` is ``malformed_token``, ``wrong_signature`` or
            ``malformed_payload``.
    """
    signed, _, signature_segment = unverified_token.rpartition(".")
    try:
        signature = base64url_decode(signature_segment)
        payload = base64url_decode(signed.partition(".")[2])
    except ValueError:
        raise TokenInvalid(reason="malformed_token") from None
    key = keys.find(kid=header.kid, alg=header.alg).public_key
    algorithm = _JWS.get_algorithm_by_name(header.alg)
    if not algorithm.verify(signed.encode("ascii"), key, signature):
        raise TokenInvalid(reason="wrong_signature")
    try:
        return strict_object(payload)
    except ValueError:
        raise TokenInvalid(reason="malformed_payload") from None


def strict_object(data: bytes) -> dict[str, Any]:
    """Decode a JSON object of which every reader makes the same (RFC 7493).

    Raises:
        ValueError: It is not UTF-8, not JSON, no object, nested deeper than
            ``MAX_DEPTH``, has a name twice, a number that is not finite, or a lone
            surrogate.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_finite,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    _check_values(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name twice")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_values(value: dict[str, Any]) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        inside: list[Any] = []
        for item in level:
            inside += item
            if isinstance(item, dict):
                inside += item.values()
        for item in inside:
            if isinstance(item, str):
                item.encode("utf-8")  # fails on a lone surrogate, as databases do
        level = [item for item in inside if isinstance(item, dict | list)]
        if not level:
            return
    raise ValueError("nested too deep")
