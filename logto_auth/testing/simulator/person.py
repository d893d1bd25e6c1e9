"""People who can sign in at the simulator: users of a Logto tenant."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_SUBJECT_ALPHABET = string.ascii_lowercase + string.digits


@dataclass
class Identity:
    """A social identity, as userinfo shows it under ``identities``.

    Args:
        user_id: The person's id at the provider.
        details: What the connector learnt there: ``id`` and possibly ``name``,
            ``email``, ``phone``, ``avatar`` and ``rawData``. Logto may have none.
    """

    user_id: str
    details: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """Return the identity the way Logto writes it."""
        document: dict[str, Any] = {"userId": self.user_id}
        if self.details is not None:
            document["details"] = self.details
        return document


@dataclass
class SsoIdentity:
    """An enterprise identity, as userinfo shows it under ``sso_identities``."""

    issuer: str
    identity_id: str
    detail: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the identity the way Logto writes it."""
        return {
            "issuer": self.issuer,
            "identityId": self.identity_id,
            "detail": self.detail,
        }


@dataclass
class Organization:
    """An organization and the roles that one member holds there."""

    id: str
    name: str
    roles: Sequence[str] = ()
    description: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the organization the way ``organization_data`` holds it."""
        return {"id": self.id, "name": self.name, "description": self.description}


def new_subject() -> str:
    """Return an id like Logto's: twelve lower-case letters and digits."""
    return "".join(secrets.choice(_SUBJECT_ALPHABET) for _ in range(12))


def milliseconds() -> int:
    """Return the time as Logto writes it in ``created_at``: milliseconds."""
    return int(time.time() * 1000)


@dataclass
class Person:
    """One user of the tenant; change it whenever you like.

    Args:
        username: What the person signs in with; also the key in ``Simulator.people``.
        password: In clear and shown on the sign-in page.
        phone: Digits only, as Logto stores it.
        picture: An address; one that starts with ``/`` is the simulator's own.
        profile: Further standard claims, such as ``nickname`` or ``zoneinfo``, by
            their OIDC name.
        identities: Social identities by connector target.
        suspended: Signing in is refused and every token is dead.
        shows: One line that says what this person is good for.
        created_at: Milliseconds since the epoch, as is ``updated_at``.
    """

    username: str
    password: str = field(default="", repr=False)
    sub: str = field(default_factory=new_subject)
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    picture: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    roles: Sequence[str] = ()
    organizations: Sequence[Organization] = ()
    identities: dict[str, Identity] = field(default_factory=dict)
    sso_identities: Sequence[SsoIdentity] = ()
    custom_data: dict[str, Any] = field(default_factory=dict)
    suspended: bool = False
    shows: str = ""
    created_at: int = field(default_factory=milliseconds)
    updated_at: int = field(default_factory=milliseconds)

    @property
    def display_name(self) -> str:
        """What pages call this person."""
        return self.name or self.username

    def signed_in(self) -> None:
        """Note a sign-in; Logto moves ``updated_at`` with it."""
        self.updated_at = milliseconds()
