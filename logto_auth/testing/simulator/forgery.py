"""Hooks through which a test makes the simulator say what a real Logto never would."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .answers import json_bytes
from .path_suffix import matches

Claims = dict[str, Any]
Header = dict[str, Any]
TokenForger = Callable[[Claims, Header], tuple[Claims, Header] | str]
Forger = Callable[[Any], Any]


def _same_token(claims: Claims, header: Header) -> tuple[Claims, Header] | str:
    return claims, header


def _same(document: Any) -> Any:
    return document


class _Answer:
    """`Forgeable.forge` for one endpoint, as an attribute to assign."""

    def __init__(self, path_suffix: str) -> None:
        self._path_suffix = path_suffix

    def __get__(self, owner: Forgeable, kind: type) -> Forger:
        return owner.forgers.get(self._path_suffix, _same)

    def __set__(self, owner: Forgeable, forger: Forger) -> None:
        owner.forge(self._path_suffix, forger)


class Forgeable:
    """What is done to each answer before it leaves; nothing, to begin with.

    The token hooks take claims and header. They return both, to be signed the way the
    header's ``alg`` says, or the whole token as text.

    Attributes:
        forge_id_token: For ID tokens.
        forge_access_token: For access tokens that are JWTs.
        forge_logout_token: For the tokens of back-channel logout.
        forge_authorization_response: Takes the callback's parameters; returns them,
            or a list of pairs when a name shall come twice.
        forge_userinfo: `forge` for userinfo, as the next three are for their endpoint.
        forge_discovery: The provider's metadata.
        forge_jwks: The keys.
        forge_token_response: The token endpoint.
    """

    forge_userinfo = _Answer("/oidc/me")
    forge_discovery = _Answer("/oidc/.well-known/openid-configuration")
    forge_jwks = _Answer("/oidc/jwks")
    forge_token_response = _Answer("/oidc/token")

    def __init__(self) -> None:
        self.stop_forging()

    def forge(self, path_suffix: str, forger: Forger) -> None:
        """Change what an endpoint answers when it succeeds.

        Args:
            path_suffix: The end of its path; ``*`` stands for one segment.
            forger: Takes the answer's JSON document and returns another one, or bytes
                that are sent as they are.
        """
        self.forgers[path_suffix] = forger

    def stop_forging(self) -> None:
        """Tell the truth again."""
        self.forgers: dict[str, Forger] = {}
        self.forge_id_token: TokenForger = _same_token
        self.forge_access_token: TokenForger = _same_token
        self.forge_logout_token: TokenForger = _same_token
        self.forge_authorization_response: Forger = _same

    def forged(self, path: str, answer: web.StreamResponse) -> web.StreamResponse:
        """Return ``answer`` of ``path`` with every forgery for it."""
        if (
            not isinstance(answer, web.Response)
            or answer.status >= 400
            or "json" not in answer.content_type
        ):
            return answer
        for path_suffix, forger in list(self.forgers.items()):
            if matches(path, path_suffix):
                document = forger(json.loads(answer.text or "null"))
                is_raw = isinstance(document, bytes)
                answer.body = document if is_raw else json_bytes(document)
        return answer
