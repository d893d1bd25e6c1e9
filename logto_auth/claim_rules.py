"""What a site declares about claims: which user fields they fill, which it requires.

::

    LOGTO["USER_FIELDS"] = {"first_name": ("given_name", "sign_in")}
    LOGTO["REQUIRED_CLAIMS"] = {"roles": ["member", "admin"]}

A claim inside another is written with dots: ``custom_data.department``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

#: What `claim_value` returns for a claim that was not told; None was told.
ABSENT: Final = object()

#: Logto's claims, each with the scope that brings it, in the order of discovery.
CLAIM_SCOPES: Final = {
    "sub": "openid",
    "name": "profile",
    "family_name": "profile",
    "given_name": "profile",
    "middle_name": "profile",
    "nickname": "profile",
    "preferred_username": "profile",
    "profile": "profile",
    "picture": "profile",
    "website": "profile",
    "gender": "profile",
    "birthdate": "profile",
    "zoneinfo": "profile",
    "locale": "profile",
    "updated_at": "profile",
    "username": "profile",
    "created_at": "profile",
    "email": "email",
    "email_verified": "email",
    "phone_number": "phone",
    "phone_number_verified": "phone",
    "address": "address",
    "custom_data": "custom_data",
    "identities": "identities",
    "sso_identities": "identities",
    "roles": "roles",
    "organizations": "urn:logto:scope:organizations",
    "organization_data": "urn:logto:scope:organizations",
    "organization_roles": "urn:logto:scope:organization_roles",
}

SIGN_UP, SIGN_IN = "sign_up", "sign_in"


@dataclass(frozen=True, slots=True)
class ClaimField:
    """The claim that fills a user field, and when.

    ``follows`` means at every sign-in, not only at the first.
    """

    claim: str
    follows: bool = False


def claim_value(claims: Mapping[str, Any], path: str) -> Any:
    """Return the claim at ``path``, or ``ABSENT``.

    A claim that has the whole path for its name comes first.
    """
    if path in claims:
        return claims[path]
    value: Any = claims
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return ABSENT
        value = value[name]
    return value


def claim_fields(value: Any) -> Mapping[str, ClaimField]:
    """Return the site's ``USER_FIELDS``.

    Raises:
        ValueError: It is no such dictionary; says what is expected.
    """
    if not isinstance(value, Mapping):
        raise ValueError('must be a dictionary such as {"first_name": "given_name"}.')
    return MappingProxyType(
        {_name(field): _claim_field(field, rule) for field, rule in value.items()}
    )


def required_claims(value: Any) -> Mapping[str, tuple[Any, ...]]:
    """Return the site's ``REQUIRED_CLAIMS``.

    Raises:
        ValueError: It is no such dictionary; says what is expected.
    """
    if not isinstance(value, Mapping):
        raise ValueError('must be a dictionary such as {"roles": ["member"]}.')
    for claim, accepted in value.items():
        if isinstance(accepted, str) or not isinstance(accepted, Sequence):
            raise ValueError(f"must give {claim!r} a list of the values that do.")
    return MappingProxyType({_name(c): tuple(values) for c, values in value.items()})


def _claim_field(field: Any, rule: Any) -> ClaimField:
    claim, when = (rule, SIGN_UP) if isinstance(rule, str) else _pair(field, rule)
    if when not in (SIGN_UP, SIGN_IN):
        raise ValueError(f'has {when!r} for {field!r}; it is "sign_up" or "sign_in".')
    return ClaimField(_name(claim), follows=when == SIGN_IN)


def _pair(field: Any, rule: Any) -> Sequence[Any]:
    if not isinstance(rule, list | tuple) or len(rule) != 2:
        raise ValueError(f'must give {field!r} a claim, or ("claim", "sign_in").')
    return rule


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must name fields and claims by non-empty strings.")
    return value
