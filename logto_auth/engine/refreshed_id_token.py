"""The ID token that comes with a refreshed access token (OIDC Core, 12.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.views.decorators.debug import sensitive_variables

from ..errors import TokenInvalid
from .keys import base64url_decode
from .mode import Mode
from .provider import Provider
from .verification import VerifiedClaims

#: Reasons of `TokenInvalid` that mean: this is somebody else's token.
OTHER_IDENTITY: Final = frozenset(
    {
        "wrong_audience",
        "wrong_auth_time",
        "wrong_authorized_party",
        "wrong_issuer",
        "wrong_nonce",
        "wrong_subject",
    }
)


@sensitive_variables()
async def verify_refreshed(
    mode: Mode,
    provider: Provider,
    unverified_id_token: str,
    *,
    known_id_token: str,
    client_id: str,
    access_token: str,
) -> VerifiedClaims:
    """Verify an ID token that is to say of the same sign-in what is new.

    Args:
        known_id_token: The one before, which was verified when it came.

    Raises:
        TokenInvalid: A check failed. Where ``reason`` is one of ``OTHER_IDENTITY``,
            issuer, subject, audience, nonce or time of the sign-in are not the same.
        ProviderError: There are no keys to verify it with.
    """
    known = claims_of(known_id_token)
    # It need not repeat the nonce, but may bring no other.
    has_nonce = "nonce" in claims_of(unverified_id_token)
    claims = await provider.verify_id_token(
        mode,
        unverified_id_token,
        client_id=client_id,
        nonce=known.get("nonce") if has_nonce else None,
        access_token=access_token,
    )
    if claims.subject != known.get("sub"):
        raise TokenInvalid(reason="wrong_subject")
    if claims.issuer != known.get("iss"):
        raise TokenInvalid(reason="wrong_issuer")
    auth_time = claims.get("auth_time")
    if auth_time != known.get("auth_time", auth_time) and auth_time is not None:
        raise TokenInvalid(reason="wrong_auth_time")
    return claims


@sensitive_variables()
def says_as_much(id_token: str, known_id_token: str) -> bool:
    """Tell whether the next one can be compared with this one as with that before.

    It may leave out nonce and time of the sign-in, which later ones must not change.
    """
    wanted = claims_of(known_id_token).keys() & {"nonce", "auth_time"}
    return wanted <= claims_of(id_token).keys()


@sensitive_variables()
def claims_of(id_token: str) -> Mapping[str, Any]:
    """Return what a token says, without verifying it; nothing if it cannot be read."""
    try:
        payload = json.loads(base64url_decode(id_token.split(".")[1]))
    except (ValueError, IndexError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}
