"""What Logto tells of a person, from the stored userinfo document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ..accounts.userinfo import withheld
from ..models import LogtoAccount
from .details import Row, rows
from .portraits import portrait

# The length to which names are cut where they are not the subject themselves.
SHORT = 80
_LABELS = {
    "name": _("Name"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "middle_name": _("Middle name"),
    "nickname": _("Nickname"),
    "username": _("Username"),
    "preferred_username": _("Preferred username"),
    "email": _("E-mail"),
    "email_verified": _("E-mail verified, says Logto"),
    "phone_number": _("Phone number"),
    "phone_number_verified": _("Phone number verified, says Logto"),
    "roles": _("Roles"),
    "organizations": _("Organizations"),
    "picture": _("Picture"),
    "profile": _("Profile page"),
    "website": _("Website"),
    "gender": _("Gender"),
    "birthdate": _("Birth date"),
    "zoneinfo": _("Time zone"),
    "locale": _("Locale"),
    "address": _("Address"),
    "created_at": _("Registered at Logto"),
    "updated_at": _("Changed at Logto"),
}
# Claims that the page shows elsewhere.
_SHOWN_ELSEWHERE = {"sub", "custom_data", "identities", "sso_identities"}
_ORGANIZATIONS = ("organizations", "organization_data", "organization_roles")


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization in Logto and the roles held there."""

    id: str
    name: str
    roles: str


class Profile:
    """A userinfo document, nothing of which is taken to have the expected shape."""

    def __init__(self, account: LogtoAccount) -> None:
        self.account = account
        self.told: Mapping[str, Any] = account.userinfo

    @property
    def name(self) -> str:
        """What to call the person, not longer than a line."""
        return short(str(self.account))

    @property
    def email(self) -> str:
        return short(_text(self.told.get("email")))

    @property
    def roles(self) -> list[str]:
        return [short(role) for role in _texts(self.told.get("roles"))]

    @property
    def portrait(self) -> SafeString:
        return portrait(self.name, self.told.get("picture"))

    @cached_property
    def claims(self) -> list[Row]:
        """The claims that have names people know, in the order of those.

        A secret may be in any address.
        """
        # Told in a table of their own; that there are none is told here.
        elsewhere = _ORGANIZATIONS if self.organizations else ()
        told = {
            name: self.told[name]
            for name in _LABELS
            if name in self.told and name not in elsewhere
        }
        return list(rows(withheld(told), _LABELS))

    @cached_property
    def custom_data(self) -> list[Row]:
        """What is in ``custom_data``, without the secrets that a site keeps there."""
        return list(rows(withheld(_mapping(self.told.get("custom_data")))))

    @cached_property
    def other_claims(self) -> list[Row]:
        """The claims that are shown nowhere else, without secrets."""
        shown = {*_LABELS, *_SHOWN_ELSEWHERE}
        shown.update(k for k in _ORGANIZATIONS if isinstance(self.told.get(k), list))
        other = {name: item for name, item in self.told.items() if name not in shown}
        return list(rows(withheld(other)))

    @cached_property
    def organizations(self) -> list[Organization]:
        """The organizations, by name where the document tells it."""
        names, roles = dict[str, str](), dict[str, list[str]]()
        data = self.told.get("organization_data")
        for row in data if isinstance(data, list) else ():
            if id := _text(_mapping(row).get("id")):
                names[id] = _text(row.get("name"))
        # "organization:role", as Logto writes them.
        for held in _texts(self.told.get("organization_roles")):
            id, _colon, role = held.partition(":")
            roles.setdefault(id, []).append(role)
        ids = dict.fromkeys([*_texts(self.told.get("organizations")), *names, *roles])
        return [
            Organization(id, names.get(id, ""), ", ".join(roles.get(id, ())))
            for id in ids
        ]


def short(text: str) -> str:
    """Return the text cut to what a line of a list can hold."""
    # Cut before, too: Django normalizes all of it, in a time that is the square of it.
    return Truncator(text[: 10 * SHORT]).chars(SHORT)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
