"""A user as Logto's webhooks and its own APIs write one, unlike OIDC's claims."""

from __future__ import annotations

from typing import Any

from .person import Person


def user_document(person: Person) -> dict[str, Any]:
    """Return the document; APIs add to it, ``hasPassword`` for one."""
    profile = {
        _camel_case(name): value
        for name, value in {
            **person.profile,
            "given_name": person.given_name,
            "family_name": person.family_name,
        }.items()
        if value is not None
    }
    return {
        "id": person.sub,
        "username": person.username,
        "primaryEmail": person.email,
        "primaryPhone": person.phone,
        "name": person.name,
        "avatar": person.picture,
        "customData": person.custom_data,
        "identities": {
            target: identity.document()
            for target, identity in person.identities.items()
        },
        "lastSignInAt": person.last_sign_in_at,
        "createdAt": person.created_at,
        "updatedAt": person.updated_at,
        "profile": profile,
        "applicationId": person.application_id,
        "cimdClientId": None,
        "isSuspended": person.suspended,
    }


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
