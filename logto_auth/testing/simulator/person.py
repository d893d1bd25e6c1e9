"""People who can sign in at the simulator: users of a Logto tenant."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .clock import Clock

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

    @property
    def user_id(self) -> str:
        """The person's id at the provider, by the name that social ones have."""
        return self.identity_id

    @property
    def details(self) -> dict[str, Any]:
        """What the provider says, by the name that social identities have."""
        return self.detail

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
        created_at: Milliseconds since the epoch, as are the two after it.
        application_id: The first application that the person consented to.
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
    created_at: int = field(default_factory=Clock().milliseconds)
    updated_at: int = field(default_factory=Clock().milliseconds)
    last_sign_in_at: int | None = None
    application_id: str | None = None

    @property
    def introduction(self) -> str:
        """One line for a terminal: username, password, and what to expect."""
        return f"{self.username:<8} {self.password or 'none':<8} {self.shows}"

    @property
    def display_name(self) -> str:
        """What pages call this person."""
        return self.name or self.username
