"""Strict verification of ID tokens; the only maker of ``VerifiedClaims``.

Every check is spelled out and none can be switched off (OpenID Connect Core 1.0,
3.1.3.7; RFC 8725).
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, final

from django.views.decorators.debug import sensitive_variables

from ..errors import TokenInvalid
from .jws import Header, signed_claims, unverified_header
from .keys import KeySet
from .token_claims import (
    LEEWAY,
    check_addressing,
    check_times,
    is_identifier,
    time_of,
)

__all__ = [
    "MAX_TOKEN_AGE",
    "REASONS",
    "Header",
    "VerifiedClaims",
    "unverified_header",
    "verify_id_token",
]

#: Seconds after which an ID token is too old to begin or renew a sign-in, whatever its
#: ``exp`` says.
MAX_TOKEN_AGE: Final = 24 * 3600

#: Every ``reason`` that verification gives, in the order of the checks.
REASONS: Final = frozenset(
    {
        "too_large",  # the token, or its header
        "malformed_token",  # not three segments of canonical base64url
        "malformed_header",  # not strict JSON, or `kid` or `typ` is not a string
        "wrong_algorithm",  # `alg` is not one of ALGORITHMS
        "unsupported_header",  # `crit`, `b64` or `zip`
        "wrong_type",  # an access token, a logout token, or yet another kind
        "unknown_key",  # no published key fits `kid` and `alg`
        "ambiguous_key",  # several published keys do
        "wrong_signature",
        "malformed_payload",  # not a strict JSON object
        "wrong_issuer",
        "wrong_audience",
        "wrong_authorized_party",  # `azp`
        "wrong_subject",  # no string of 1 to 255 characters without control characters
        "malformed_time",  # a time is missing or no sensible number
        "expired",
        "not_yet_valid",  # `nbf`
        "issued_in_future",
        "issued_too_long_ago",
        "wrong_auth_time",  # absent, in the future, or longer ago than `max_age`
        "wrong_nonce",
        "wrong_at_hash",  # issued with another access token
        "wrong_c_hash",  # issued for another code
    }
)

_VERIFIER = object()


@final
class VerifiedClaims(Mapping[str, Any]):
    """The claims of a token that passed every check; cannot be changed.

    All but ``nonce``, which binds the token to one sign-in and has done its work when
    that is verified. Claims go into sessions, to hooks and to browsers, where no secret
    of a sign-in belongs. Who verifies the token of a later refresh takes the nonce from
    the stored ID token.
    """

    __slots__ = ("_claims",)

    def __init__(self, claims: dict[str, Any], *, made_by: object) -> None:
        if made_by is not _VERIFIER:
            raise TypeError("only the verifier makes VerifiedClaims")
        self._claims = claims

    @property
    def issuer(self) -> str:
        return str(self._claims["iss"])

    @property
    def subject(self) -> str:
        return str(self._claims["sub"])

    def __getitem__(self, name: str) -> Any:
        # A copy: appending to the list of roles must not grant one.
        return copy.deepcopy(self._claims[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    def __repr__(self) -> str:
        return f"<VerifiedClaims subject={self.subject!r} issuer={self.issuer!r}>"


@sensitive_variables()
def verify_id_token(
    unverified_id_token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str | None,
    max_age: int | None = None,
    access_token: str | None = None,
    code: str | None = None,
    now: float | None = None,
) -> VerifiedClaims:
    """Verify an ID token completely.

    Args:
        unverified_id_token: As the token endpoint sent it.
        keys: The issuer's published keys.
        issuer: What ``iss`` must be, to the letter.
        client_id: The application that the token must be for.
        nonce: What was sent with the sign-in; after a refresh, the ``nonce`` of the
            first ID token, which Logto repeats (OIDC Core, 12.2). None when none was
            sent, and then the token must have none.
        max_age: Seconds since the visitor last authenticated, when that was asked for.
        access_token: The one that came with the token; a present ``at_hash`` must be
            its hash (OIDC Core, 3.1.3.6). Logto sends no ``at_hash``.
        code: The one that the token was exchanged for; a present ``c_hash`` must be its
            hash (OIDC Core, 3.3.2.11). Logto sends no ``c_hash``.
        now: Seconds since the epoch.

    Raises:
        SigningKeyUnknown: No published key fits; newer keys may.
        TokenInvalid: A check failed; ``reason`` is one of ``REASONS``.
    """
    header = unverified_header(unverified_id_token)
    if header.typ not in (None, "jwt"):
        raise TokenInvalid(reason="wrong_type")
    claims = signed_claims(unverified_id_token, header, keys)
    if "events" in claims:  # a logout token need not say so in `typ`
        raise TokenInvalid(reason="wrong_type")
    _check_parties(claims, issuer=issuer, client_id=client_id)
    moment = time.time() if now is None else now
    check_times(claims, now=moment, max_age=MAX_TOKEN_AGE)
    if max_age is not None:
        _check_auth_time(claims, now=moment, max_age=max_age)
    _check_nonce(claims, nonce)
    if access_token is not None and not _fits(claims, "at_hash", access_token, header):
        raise TokenInvalid(reason="wrong_at_hash")
    if code is not None and not _fits(claims, "c_hash", code, header):
        raise TokenInvalid(reason="wrong_c_hash")
    told = {name: value for name, value in claims.items() if name != "nonce"}
    return VerifiedClaims(told, made_by=_VERIFIER)


def _check_parties(claims: dict[str, Any], *, issuer: str, client_id: str) -> None:
    audiences = check_addressing(claims, issuer=issuer, client_id=client_id)
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise TokenInvalid(reason="wrong_authorized_party")
    if not is_identifier(claims.get("sub")):
        raise TokenInvalid(reason="wrong_subject")


def _check_auth_time(claims: dict[str, Any], *, now: float, max_age: int) -> None:
    if "auth_time" not in claims:
        raise TokenInvalid(reason="wrong_auth_time")
    if not -LEEWAY <= now - time_of(claims, "auth_time") <= max_age + LEEWAY:
        raise TokenInvalid(reason="wrong_auth_time")


def _check_nonce(claims: dict[str, Any], nonce: str | None) -> None:
    if nonce is None:
        if "nonce" in claims:
            raise TokenInvalid(reason="wrong_nonce")
    elif not _is_text(claims.get("nonce"), nonce):
        raise TokenInvalid(reason="wrong_nonce")


def _fits(claims: dict[str, Any], name: str, secret: str, header: Header) -> bool:
    """Tell whether a hash, if there is one, is that of ``secret``."""
    if name not in claims:
        return True
    digest = hashlib.new(
        f"sha{header.alg[-3:]}", secret.encode("utf-8", "surrogatepass")
    )
    left_half = digest.digest()[: digest.digest_size // 2]
    expected = base64.urlsafe_b64encode(left_half).rstrip(b"=").decode("ascii")
    return _is_text(claims[name], expected)


def _is_text(value: object, expected: str) -> bool:
    """Compare in constant time."""
    return isinstance(value, str) and hmac.compare_digest(
        value.encode("utf-8"), expected.encode("utf-8")
    )
