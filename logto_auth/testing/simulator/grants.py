"""Codes and tokens, and the grants they live and die with.

A grant is one sign-in of one person at one application: revoking it kills every code
and token of it. A token without ``offline_access`` also dies with the Logto session.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .clock import Clock

CODE_SECONDS = 60
ACCESS_TOKEN_SECONDS = 3600
REFRESH_TOKEN_SECONDS = 14 * 24 * 3600
GRANT_SECONDS = 180 * 24 * 3600
REUSE_SECONDS = 3
_ROTATION_SHARE = 0.7


def opaque() -> str:
    """Return 43 URL-safe characters, what Logto's codes and tokens look like."""
    return secrets.token_urlsafe(32)


@dataclass
class Grant:
    """What a person granted to an application."""

    app_id: str
    sub: str
    created_at: float
    scopes: set[str] = field(default_factory=set)
    id: str = field(default_factory=opaque, repr=False)


@dataclass
class Token:
    """A code or token; ``scopes`` is the scope of the sign-in, in order.

    ``session_uid`` is set when it dies with that Logto session.
    """

    kind: str
    clock: Clock = field(repr=False)
    grant_id: str = field(repr=False)
    app_id: str
    sub: str
    scopes: tuple[str, ...]
    lives: float
    session_uid: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    auth_time: int | None = None
    sid: str | None = field(default=None, repr=False)
    resources: tuple[str, ...] = ()
    redirect_uri: str = ""
    code_challenge: str | None = field(default=None, repr=False)
    value: str = field(default_factory=opaque, repr=False)
    issued_at: float = field(init=False)
    consumed_at: float | None = None

    def __post_init__(self) -> None:
        self.issued_at = self.clock.now()

    @property
    def remaining(self) -> float:
        """Seconds until it expires."""
        return self.issued_at + self.lives - self.clock.now()

    @property
    def is_expired(self) -> bool:
        return self.remaining <= 0

    @property
    def is_reused(self) -> bool:
        """Whether a rotated refresh token comes after the interval for slow clients."""
        return (
            self.consumed_at is not None
            and self.clock.now() > self.consumed_at + REUSE_SECONDS
        )

    def rotates(self, *, is_public: bool) -> bool:
        """Whether using this refresh token now brings another one.

        Logto rotates a confidential application's only after 70 % of its life, and a
        public one's every time. That it rotates none after a year never shows: the
        grant has ended before.
        """
        age = self.clock.now() - self.issued_at
        return is_public or age >= _ROTATION_SHARE * self.lives

    def derived(self, kind: str, lives: float) -> Token:
        """Return a fresh token of the same sign-in."""
        return replace(self, kind=kind, lives=lives, value=opaque(), consumed_at=None)


class Grants:
    """Every grant, code and token of the tenant.

    Args:
        session_holds: Says whether the session of a token still has its grant.
    """

    def __init__(self, session_holds: Callable[[Token], bool], clock: Clock) -> None:
        self._clock = clock
        self._session_holds = session_holds
        self.grants: dict[str, Grant] = {}
        self.tokens: dict[str, Token] = {}

    def open(self, app_id: str, sub: str) -> Grant:
        """Start a grant."""
        grant = Grant(app_id, sub, self._clock.now())
        self.grants[grant.id] = grant
        return grant

    def add(self, token: Token) -> Token:
        """Keep ``token``."""
        self.tokens[token.value] = token
        return token

    def find(self, kind: str, value: str | None) -> Token | None:
        """Return the token, expired or not; None when it is dead or of another kind."""
        token = self.tokens.get(value or "")
        if token is None or token.kind != kind:
            return None
        if self.grant_of(token) is None:
            return None
        if token.session_uid is not None and not self._session_holds(token):
            return None
        return token

    def grant_of(self, token: Token) -> Grant | None:
        """Return the grant of ``token`` while it lives."""
        grant = self.grants.get(token.grant_id)
        if grant is None or self._clock.now() >= grant.created_at + GRANT_SECONDS:
            return None
        return grant

    def revoke_all(self, sub: str) -> None:
        """Kill every grant of a person."""
        for grant in list(self.grants.values()):
            if grant.sub == sub:
                self.revoke(grant.id)

    def revoke(self, grant_id: str) -> None:
        """Kill a grant with everything that it brought."""
        self.grants.pop(grant_id, None)
        # A copy: a test revokes from its own thread while codes are being issued.
        for value, token in list(self.tokens.items()):
            if token.grant_id == grant_id:
                self.tokens.pop(value, None)

    def is_alive(self, value: str) -> bool:
        """Whether the code, access token or refresh token ``value`` still works."""
        token = self.tokens.get(value)
        return (
            token is not None
            and self.find(token.kind, value) is not None
            and not token.is_expired
            and (token.consumed_at is None or token.kind == "refresh_token")
            and not token.is_reused
        )
