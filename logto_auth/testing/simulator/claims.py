"""What the ID token and userinfo say about a person, by scope.

Unset profile claims are left out; ``name``, ``picture``, ``email`` and
``phone_number`` are null instead, and lists and objects are sent empty. Logto's
``email_verified`` only says that there is an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...claim_rules import CLAIM_SCOPES
from .person import Person

SCOPES = (
    "openid",
    "offline_access",
    "profile",
    "email",
    "phone",
    "address",
    "custom_data",
    "identities",
    "roles",
    "urn:logto:scope:organizations",
    "urn:logto:scope:organization_roles",
    "urn:logto:scope:sessions",
    "urn:logto:scope:trusted_devices",
)
ONLY_IN_USERINFO = {
    "custom_data",
    "identities",
    "sso_identities",
    "organization_data",
}


def id_token_claims(person: Person, scopes: Iterable[str]) -> dict[str, Any]:
    """Return the person's claims for an ID token, ``sub`` first."""
    return {
        name: value
        for name, value in userinfo_claims(person, scopes).items()
        if name not in ONLY_IN_USERINFO
    }


def userinfo_claims(person: Person, scopes: Iterable[str]) -> dict[str, Any]:
    """Return the userinfo document of ``person``, ``sub`` first."""
    claims: dict[str, Any] = {"sub": person.sub}
    for scope in scopes:
        claims.update(_claims_of(person, scope))
    return {name: claims[name] for name in CLAIM_SCOPES if name in claims}


def _claims_of(person: Person, scope: str) -> dict[str, Any]:
    match scope:
        case "profile":
            return _profile(person)
        case "email":
            return {"email": person.email, "email_verified": bool(person.email)}
        case "phone":
            return {
                "phone_number": person.phone,
                "phone_number_verified": bool(person.phone),
            }
        case "address":
            address = person.profile.get("address")
            return {} if address is None else {"address": address}
        case "custom_data":
            return {"custom_data": person.custom_data}
        case "identities":
            return {
                "identities": {
                    target: identity.document()
                    for target, identity in person.identities.items()
                },
                "sso_identities": [item.document() for item in person.sso_identities],
            }
        case "roles":
            return {"roles": list(person.roles)}
        case "urn:logto:scope:organizations":
            return {
                "organizations": [item.id for item in person.organizations],
                "organization_data": [item.document() for item in person.organizations],
            }
        case "urn:logto:scope:organization_roles":
            return {
                "organization_roles": [
                    f"{organization.id}:{role}"
                    for organization in person.organizations
                    for role in organization.roles
                ]
            }
        case _:
            return {}


def _profile(person: Person) -> dict[str, Any]:
    known = {
        "preferred_username": person.username,
        **person.profile,
        "family_name": person.family_name,
        "given_name": person.given_name,
    }
    claims = {name: value for name, value in known.items() if value is not None}
    claims.pop("address", None)
    claims |= {
        "name": person.name,
        "picture": person.picture,
        "username": person.username,
        "updated_at": person.updated_at,
        "created_at": person.created_at,
    }
    return claims


def with_absolute_addresses(value: Any, endpoint: str) -> Any:
    """Return ``value`` with the simulator's own avatars as absolute addresses."""
    if isinstance(value, dict):
        return {k: with_absolute_addresses(v, endpoint) for k, v in value.items()}
    if isinstance(value, list):
        return [with_absolute_addresses(item, endpoint) for item in value]
    if isinstance(value, str) and value.startswith("/avatars/"):
        return endpoint + value
    return value
