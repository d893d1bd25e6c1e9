"""Logto's own sessions: one per browser, found by the ``_session`` cookie."""

from __future__ import annotations

from dataclasses import dataclass, field

from .clock import Clock
from .grants import Grants, Token, opaque

SESSION_SECONDS = 14 * 24 * 3600


@dataclass
class Authorization:
    """One application in a session; all sign-ins of it there share the grant."""

    grant_id: str | None = field(default=None, repr=False)
    persists_logout: bool = False
    sid: str = field(default_factory=opaque, repr=False)


@dataclass
class Logout:
    """A sign-out that waits for its confirmation."""

    xsrf: str = field(repr=False)
    state: str | None = None
    post_logout_redirect_uri: str | None = None


@dataclass
class LogtoSession:
    """A browser's session; ``id`` is in the cookie and changes at each sign-in."""

    id: str = field(default_factory=opaque, repr=False)
    uid: str = field(default_factory=opaque, repr=False)
    sub: str | None = None
    signed_in_at: int = 0
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    logout: Logout | None = None
    expires_at: float = 0

    def authorization(self, app_id: str) -> Authorization:
        """Return what the session knows of an application."""
        return self.authorizations.setdefault(app_id, Authorization())


class Sessions:
    """Every session of the tenant."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_id: dict[str, LogtoSession] = {}
        self._by_uid: dict[str, LogtoSession] = {}

    def find(self, session_id: str | None) -> LogtoSession | None:
        """Return the session of a cookie, None when it is gone or too old."""
        session = self._by_id.get(session_id or "")
        if session is None or self._clock.now() >= session.expires_at:
            return None
        return session

    def save(self, session: LogtoSession) -> None:
        """Keep ``session`` for another fourteen days."""
        session.expires_at = self._clock.now() + SESSION_SECONDS
        self._by_id[session.id] = session
        self._by_uid[session.uid] = session

    def of(self, sub: str) -> list[LogtoSession]:
        """Return the sessions of a person, the newest last, in any thread."""
        return [
            session
            for session in list(self._by_id.values())
            if session.sub == sub and self._clock.now() < session.expires_at
        ]

    def sign_in(self, session: LogtoSession, sub: str) -> None:
        """Make ``session`` the person's, under a new id."""
        self._by_id.pop(session.id, None)
        session.id = opaque()
        session.sub = sub
        session.signed_in_at = int(self._clock.now())
        self.save(session)

    def end(self, session: LogtoSession, grants: Grants) -> None:
        """Sign out everywhere; grants with ``offline_access`` outlive it."""
        for authorization in session.authorizations.values():
            if authorization.grant_id and not authorization.persists_logout:
                grants.revoke(authorization.grant_id)
        self._by_id.pop(session.id, None)
        self._by_uid.pop(session.uid, None)

    def holds(self, token: Token) -> bool:
        """Whether the session that ``token`` is bound to still has its grant."""
        session = self._by_uid.get(token.session_uid or "")
        return (
            session is not None
            and self._clock.now() < session.expires_at
            and session.authorization(token.app_id).grant_id == token.grant_id
        )
