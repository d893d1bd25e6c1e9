"""Strict verification of ID tokens; the only maker of ``VerifiedClaims``.

Every check is spelled out and none can be switched off (OpenID Connect Core 1.0,
3.1.3.7; RFC 8725).
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, final

from django.views.decorators.debug import sensitive_variables

from ..errors import TokenInvalid
from .jws import Header, signed_claims, unverified_header
from .keys import KeySet

__all__ = [
    "LEEWAY",
    "MAX_TOKEN_AGE",
    "REASONS",
    "Header",
    "VerifiedClaims",
    "unverified_header",
    "verify_id_token",
]

#: Seconds that Logto's clock and this one may differ.
LEEWAY: Final = 60
#: Seconds after which an ID token is too old to begin or renew a sign-in, whatever its
#: ``exp`` says.
MAX_TOKEN_AGE: Final = 24 * 3600
#: The last second that ``datetime`` can tell, 9999-12-31T23:59:59Z.
MAX_TIME: Final = 253402300799

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

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
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
    _check_times(claims, now=moment)
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
    if not isinstance(claims.get("iss"), str) or claims["iss"] != issuer:
        raise TokenInvalid(reason="wrong_issuer")
    aud = claims.get("aud")
    audiences = aud if isinstance(aud, list) else [aud]
    if not all(isinstance(audience, str) for audience in audiences):
        raise TokenInvalid(reason="wrong_audience")
    if client_id not in audiences:
        raise TokenInvalid(reason="wrong_audience")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise TokenInvalid(reason="wrong_authorized_party")
    sub = claims.get("sub")
    if not isinstance(sub, str) or not 1 <= len(sub) <= 255 or _CONTROL.search(sub):
        raise TokenInvalid(reason="wrong_subject")


def _check_times(claims: dict[str, Any], *, now: float) -> None:
    expires_at, issued_at = _time(claims, "exp"), _time(claims, "iat")
    if now >= expires_at + LEEWAY:
        raise _wrong_time("expired", now - issued_at)
    if "nbf" in claims and now < _time(claims, "nbf") - LEEWAY:
        raise _wrong_time("not_yet_valid", now - issued_at)
    if now < issued_at - LEEWAY:
        raise _wrong_time("issued_in_future", now - issued_at)
    if now - issued_at >= MAX_TOKEN_AGE:
        raise _wrong_time("issued_too_long_ago", now - issued_at)


def _wrong_time(reason: str, age: float) -> TokenInvalid:
    """Return the error; ``age`` of a token just issued is what the clocks differ by."""
    seconds = round(abs(age))
    told = f"{seconds} s {'ago' if age >= 0 else 'ahead'} by this machine's clock"
    return TokenInvalid(f"issued {told}", reason=reason, seconds=seconds)


def _check_auth_time(claims: dict[str, Any], *, now: float, max_age: int) -> None:
    if "auth_time" not in claims:
        raise TokenInvalid(reason="wrong_auth_time")
    if not -LEEWAY <= now - _time(claims, "auth_time") <= max_age + LEEWAY:
        raise TokenInvalid(reason="wrong_auth_time")


def _time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    # True is an int; the comparison is false for NaN and for what is out of range.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenInvalid(name, reason="malformed_time")
    if not 0 <= value <= MAX_TIME:
        raise TokenInvalid(name, reason="malformed_time")
    return value


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
