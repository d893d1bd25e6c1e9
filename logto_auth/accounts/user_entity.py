"""A user as Logto's webhooks and Management API write it, as claims of userinfo.

The two tell the same of a person in other words, but neither tells everything: an
entity knows nothing of roles, organizations and enterprise identities, which stay as
they were told last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..claim_rules import CLAIM_SCOPES
from ..conf import logto_settings
from .userinfo import document_of

#: Members and the claims that they are in userinfo, null where they are not set.
_PLAIN: Final = {
    "id": "sub",
    "name": "name",
    "avatar": "picture",
    "username": "username",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "customData": "custom_data",
    "identities": "identities",
}
#: The same beside whether they are verified: which means that there is one.
_VERIFIED: Final = {"primaryEmail": "email", "primaryPhone": "phone_number"}
#: Claims that come from the member ``profile``, by their names there; userinfo leaves
#: out those that are not set.
_PROFILE: Final = {
    re.sub("_([a-z])", lambda match: match[1].upper(), claim): claim
    for claim in (
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "address",
    )
}


_UNSET: Final = object()


def document_with(
    document: Mapping[str, Any], entity: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is stored of a userinfo document once ``entity`` has been told.

    Args:
        document: What is stored now.
        entity: A whole user, or some members of one: what is absent stays as it is.
    """
    told = {
        claim: value
        for claim, value in _claims(entity, document)
        if CLAIM_SCOPES[claim] in ("openid", *logto_settings.SCOPES)
    }
    changed = {**document, **told}
    return document_of({n: v for n, v in changed.items() if v is not _UNSET})


def _claims(
    entity: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for member, claim in _PLAIN.items():
        if member in entity:
            yield claim, entity[member]
    for member, claim in _VERIFIED.items():
        if member in entity:
            yield claim, entity[member]
            yield f"{claim}_verified", bool(entity[member])
    profile = entity.get("profile")
    if isinstance(profile, Mapping):
        for member, claim in _PROFILE.items():
            yield claim, _or_unset(profile.get(member))
    if isinstance(profile, Mapping) or "username" in entity:
        yield "preferred_username", _preferred(entity, profile, document)


def _preferred(
    entity: Mapping[str, Any], profile: Any, document: Mapping[str, Any]
) -> Any:
    """Return the preferred username, in whose place Logto puts the username."""
    told = profile.get("preferredUsername") if isinstance(profile, Mapping) else None
    return _or_unset(told or entity.get("username", document.get("username")))


def _or_unset(value: Any) -> Any:
    return _UNSET if value is None else value
