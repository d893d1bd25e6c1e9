"""What ``request.session`` holds of a sign-in: verified claims and the id of a row.

Claims that would make the session large (a hundred organizations, say) stay in the row.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import SessionBase

RECORD_KEY = "logto_auth:session"
MAX_CLAIMS_BYTES = 1000
# Of a token or a sign-in rather than of the person (OpenID Connect Core 1.0, 2).
PROTOCOL_CLAIMS = frozenset(
    {
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "exp",
        "iat",
        "iss",
        "sid",
        "sub",
    }
)
# What changes with every token though nothing has: Logto counts a sign-in as a change.
_VOLATILE = PROTOCOL_CLAIMS | {"updated_at"}


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """The session's side of a sign-in.

    ``row_id`` names a `LogtoSession`, ``user_id`` the local user that signed in
    (empty while only the SDK's storage is used), ``claims`` those small enough, and
    ``row_claims`` the names of those in the row. ``missing_scopes`` were asked for and
    not granted. ``checked_at`` is when Logto last said that the session holds, in
    seconds since the epoch, 0 while nobody asks.
    """

    row_id: UUID
    user_id: str
    claims: Mapping[str, Any]
    row_claims: tuple[str, ...]
    place: str = ""
    owner_id: str = ""
    missing_scopes: tuple[str, ...] = ()
    checked_at: int = 0

    def store(self, session: SessionBase) -> None:
        """Write it into a session, with a trace of where that session is kept."""
        session[RECORD_KEY] = {
            "row": str(self.row_id),
            "user": self.user_id,
            "claims": dict(self.claims),
            "more": list(self.row_claims),
            "place": _place(session),
            "owner": session.get(SESSION_KEY, ""),
        }
        if self.missing_scopes:  # nearly never, and each byte is in every session
            session[RECORD_KEY]["missing"] = list(self.missing_scopes)
        if self.checked_at:
            session[RECORD_KEY]["checked"] = self.checked_at

    def renewed(self, claims: Mapping[str, Any]) -> SessionRecord | None:
        """Return it with newer claims, None when nothing about the person is new.

        Sessions are saved as a whole, the last request's over all others': no reason
        to do that whenever a token is refreshed.

        Args:
            claims: All that the newest ID token has.
        """
        small, large = split_claims(claims)
        if _lasting(small) == _lasting(self.claims) and set(large) == set(
            self.row_claims
        ):
            return None
        return replace(self, claims=small, row_claims=tuple(large))

    def belongs_to(self, session: SessionBase) -> bool:
        """Tell whether who is signed in, if anybody, was so when it was written."""
        return bool(self.owner_id == session.get(SESSION_KEY, ""))

    def has_moved(self, session: SessionBase) -> bool:
        """Tell whether the session got another key since the record was written."""
        return self.place != _place(session)

    @classmethod
    def load(cls, stored: object) -> SessionRecord | None:
        """Return the record that a session holds, None for anything else."""
        if not isinstance(stored, dict):
            return None
        try:
            return cls(
                row_id=UUID(str(stored["row"])),
                user_id=str(stored["user"]),
                # A copy: what a view does to it must not become the session's.
                claims=copy.deepcopy(dict(stored["claims"])),
                row_claims=tuple(stored["more"]),
                place=str(stored["place"]),
                owner_id=str(stored["owner"]),
                missing_scopes=tuple(stored.get("missing", ())),
                checked_at=int(stored.get("checked", 0)),
            )
        except (KeyError, TypeError, ValueError, RecursionError):
            return None


def _lasting(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: claims[name] for name in claims.keys() - _VOLATILE}


def stored_key(session: SessionBase) -> str:
    """Return the key under which the engine keeps the session, empty when it has none.

    For signed cookies the key is the whole session, which must not be stored.
    """
    if isinstance(session, signed_cookies.SessionStore):
        return ""
    return session.session_key or ""


def settled_key(session: SessionBase) -> str:
    """Return `stored_key`, saving a session that has no key yet.

    ``login()`` leaves it so when it flushed the session of somebody else.
    """
    if session.session_key is None and not isinstance(
        session, signed_cookies.SessionStore
    ):
        session.create()
    return stored_key(session)


def _place(session: SessionBase) -> str:
    key = stored_key(session)
    return hashlib.sha256(key.encode()).hexdigest()[:12] if key else ""


def split_claims(
    claims: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the claims for the session and, largest first, those for the row."""
    sizes = {name: len(json.dumps({name: claims[name]})) for name in claims}
    small, large = dict(claims), dict[str, Any]()
    total = sum(sizes.values())
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if total <= MAX_CLAIMS_BYTES:
            break
        large[name] = small.pop(name)
        total -= sizes[name]
    return small, large
