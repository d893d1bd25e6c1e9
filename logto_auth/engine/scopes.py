"""Which scopes Logto left out: it drops them without a word."""

from __future__ import annotations

from collections.abc import Iterable

from .token_response import TokenSet

#: With it a sign-in also asks for the permissions of organizations.
ORGANIZATIONS = "urn:logto:scope:organizations"


def may_hold_permissions(scopes: Iterable[str], resources: Iterable[str]) -> bool:
    """Tell whether scopes that Logto does not define may be permissions.

    They are of APIs that are asked for too, or of organizations.
    """
    return any(resources) or ORGANIZATIONS in scopes


def missing_scopes(
    asked: Iterable[str], tokens: TokenSet, *, known: Iterable[str], has_resources: bool
) -> tuple[str, ...]:
    """Return the scopes that were asked for and not granted, in order.

    Args:
        asked: What the sign-in asked for.
        tokens: The answer to the code.
        known: ``scopes_supported`` of the discovery document.
        has_resources: Resources were asked for too. The answer then never names their
            permissions, so a scope that Logto does not define may be granted all the
            same.
    """
    if tokens.scopes is None:
        return ()  # all of them (RFC 6749, 5.1)
    granted = set(tokens.scopes)
    if tokens.refresh_token is not None:
        granted.add("offline_access")  # an application may get one without asking
    defined = set(known)
    return tuple(
        scope
        for scope in asked
        if scope not in granted and (scope in defined or not has_resources)
    )
