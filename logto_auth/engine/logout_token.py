"""Strict verification of logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.6).

ID tokens and access tokens come from the same issuer, with the same key and for the
same application; neither passes here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

from django.views.decorators.debug import sensitive_variables

from ..errors import TokenInvalid
from .jws import signed_claims, unverified_header
from .keys import KeySet
from .token_claims import check_addressing, check_times, is_identifier

#: The member of ``events`` that says what the token is for (2.4).
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TYPE: Final = "logout+jwt"
#: Logto gives a logout token two minutes, and sends it at once and only once.
MAX_AGE: Final = 300

#: Every ``reason`` beside those of `verification.REASONS`.
REASONS: Final = frozenset(
    {
        "wrong_event",  # `events` does not say that somebody has signed out
        "nonce_present",  # it would pass for an ID token
        "wrong_token_id",  # `jti`
        "wrong_session",  # `sid`
        "nobody",  # neither `sub` nor `sid`
    }
)


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """A verified logout token: ``sid`` has ended, or all sessions of ``subject``.

    Each of the two is empty where the token does not have it; never both.
    """

    issuer: str
    subject: str
    sid: str
    token_id: str = field(repr=False)


@sensitive_variables()
def verify_logout_token(
    unverified_logout_token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    now: float | None = None,
) -> LogoutToken:
    """Verify a logout token completely.

    Args:
        unverified_logout_token: As it came.
        keys: The issuer's published keys.
        issuer: What ``iss`` must be, to the letter.
        client_id: The application that the token must be for.
        now: Seconds since the epoch.

    Raises:
        SigningKeyUnknown: No published key fits; newer keys may.
        TokenInvalid: A check failed; ``reason`` is one of ``REASONS`` or
            `verification.REASONS`.
    """
    header = unverified_header(unverified_logout_token)
    # Providers may leave it out (2.4), but Logto does not; with it nothing else passes.
    if header.typ != TYPE:
        raise TokenInvalid(reason="wrong_type")
    claims = signed_claims(unverified_logout_token, header, keys)
    check_addressing(claims, issuer=issuer, client_id=client_id)
    check_times(claims, now=time.time() if now is None else now, max_age=MAX_AGE)
    _check_purpose(claims)
    if not is_identifier(claims.get("jti")):
        raise TokenInvalid(reason="wrong_token_id")
    if "sub" in claims and not is_identifier(claims["sub"]):
        raise TokenInvalid(reason="wrong_subject")
    if "sid" in claims and not is_identifier(claims["sid"]):
        raise TokenInvalid(reason="wrong_session")
    if claims.keys().isdisjoint({"sub", "sid"}):
        raise TokenInvalid(reason="nobody")
    return LogoutToken(
        issuer=issuer,
        subject=claims.get("sub", ""),
        sid=claims.get("sid", ""),
        token_id=claims["jti"],
    )


def _check_purpose(claims: dict[str, Any]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise TokenInvalid(reason="wrong_event")
    if "nonce" in claims:
        raise TokenInvalid(reason="nonce_present")
