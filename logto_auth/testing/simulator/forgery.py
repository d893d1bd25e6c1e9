"""Hooks through which a test makes the simulator say what a real Logto never would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Claims = dict[str, Any]
Header = dict[str, Any]
IdTokenForger = Callable[[Claims, Header], tuple[Claims, Header] | str]
Forger = Callable[[Any], Any]


def _same_token(claims: Claims, header: Header) -> tuple[Claims, Header] | str:
    return claims, header


def _same(document: Any) -> Any:
    return document


class Forgeable:
    """What is done to each answer before it leaves; nothing, to begin with.

    Attributes:
        forge_id_token: Takes claims and header. Returns both, to be signed the way
            the header's ``alg`` says, or the whole token as text.
        forge_userinfo: Takes and returns the userinfo document, which may be anything.
        forge_authorization_response: Takes the callback's parameters; returns them,
            or a list of pairs when a name shall come twice.
        forge_discovery: Takes and returns the discovery document.
        forge_jwks: Takes and returns the JWKS document.
        forge_token_response: Takes and returns the body of a successful answer of
            the token endpoint.
    """

    def __init__(self) -> None:
        self.stop_forging()

    def stop_forging(self) -> None:
        """Tell the truth again."""
        self.forge_id_token: IdTokenForger = _same_token
        self.forge_userinfo: Forger = _same
        self.forge_authorization_response: Forger = _same
        self.forge_discovery: Forger = _same
        self.forge_jwks: Forger = _same
        self.forge_token_response: Forger = _same
