"""What the home page shows of a visitor, made readable.

Everything here comes from outside; nothing is taken to have the expected shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from logto_auth.accounts.pictures import safe_picture
from logto_auth.branding import provider_name

# When: seconds since the epoch as in OIDC Core 2, milliseconds as Logto adds them.
SECONDS = {"exp", "iat", "auth_time", "nbf"}
MILLISECONDS = {"created_at", "updated_at"}


@dataclass(frozen=True)
class Claim:
    """A claim as a row of a table; ``time`` is set where the value is a time."""

    name: str
    text: str
    time: datetime | None = None


@dataclass(frozen=True)
class LinkedIdentity:
    """An account elsewhere that signs in to the same Logto user."""

    provider: str
    user_id: str
    name: str
    email: str
    picture: str


@dataclass(frozen=True)
class Organization:
    """An organization in Logto and the visitor's roles in it."""

    name: str
    roles: str


class Profile:
    """The Logto side of a request's user, read when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.logto: Any = request.logto  # type: ignore[attr-defined]

    @cached_property
    def about(self) -> dict[str, Any]:
        """Userinfo and, above it, the verified claims."""
        return {**self.logto.userinfo, **self.logto.claims}

    @property
    def name(self) -> str:
        """What to call the visitor."""
        names = (self.about.get(key) for key in ("name", "username", "email", "sub"))
        return next((name for name in names if isinstance(name, str) and name), "")

    @property
    def email(self) -> str:
        """The e-mail address, empty when Logto has none."""
        return _text(self.about.get("email"))

    @property
    def picture(self) -> str:
        """Address of the avatar, empty when there is none to show."""
        return safe_picture(self.about.get("picture"))

    @property
    def organizations(self) -> Iterator[Organization]:
        """Yield the organizations, by name where userinfo tells it."""
        data = self.about.get("organization_data")
        rows = [row for row in _list(data) if isinstance(row, Mapping)]
        names = {row.get("id"): _text(row.get("name")) for row in rows}
        # "organization:role", as Logto writes them.
        held = [
            _text(r).split(":", 1) for r in _list(self.about.get("organization_roles"))
        ]
        for id in self.logto.organizations:
            roles = [pair[1] for pair in held if pair[0] == id and len(pair) == 2]
            yield Organization(name=names.get(id) or id, roles=", ".join(roles))

    @property
    def identities(self) -> Iterator[LinkedIdentity]:
        """Yield the social identities, then those of enterprise sign-on."""
        social = self.about.get("identities")
        for target, found in social.items() if isinstance(social, Mapping) else ():
            identity = _mapping(found)
            yield _linked(target, identity.get("userId"), identity.get("details"))
        for found in _list(self.about.get("sso_identities")):
            identity = _mapping(found)
            yield _linked(
                identity.get("issuer"),
                identity.get("identityId"),
                identity.get("detail"),
            )

    @property
    def claims(self) -> Iterator[Claim]:
        """Yield the claims of the verified ID token."""
        for name, value in self.logto.claims.items():
            yield Claim(name=name, text=_readable(value), time=_time(name, value))


def _linked(provider: object, user_id: object, details: object) -> LinkedIdentity:
    known = _mapping(details)
    return LinkedIdentity(
        provider=provider_name(_text(provider)),
        user_id=_text(user_id),
        name=_text(known.get("name")),
        email=_text(known.get("email")),
        picture=safe_picture(known.get("avatar")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _readable(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value) or "–"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)


def _time(name: str, value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value if name in SECONDS else value / 1000
    if name not in SECONDS | MILLISECONDS:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
