"""Proof keys (RFC 7636): S256 only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from .oidc_error import invalid_grant, invalid_request

_SYNTAX = re.compile(r"[A-Za-z0-9_.~-]*")


def check_pkce_format(value: str, name: str) -> None:
    """Check the length and alphabet of a challenge or verifier (RFC 7636, 4.1).

    Raises:
        OidcError: It has another form.
    """
    if len(value) < 43:
        bound = "minimum length of 43"
    elif len(value) > 128:
        bound = "maximum length of 128"
    elif not _SYNTAX.fullmatch(value):
        raise invalid_request(f"{name} contains invalid characters")
    else:
        return
    raise invalid_request(f"{name} must be a string with a {bound} characters")


def check_verifier(verifier: str | None, challenge: str | None) -> None:
    """Check that ``verifier`` belongs to ``challenge``; without both there is no PKCE.

    Raises:
        OidcError: It does not, or only one of them is there.
    """
    if verifier is not None:
        check_pkce_format(verifier, "code_verifier")
    elif challenge is None:
        return
    digest = hashlib.sha256((verifier or "").encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=")
    if verifier is None or not hmac.compare_digest(
        expected, (challenge or "").encode()
    ):
        raise invalid_grant()
