"""What a test may state about somebody: only what Logto sends, in Logto's shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..claim_rules import CLAIM_SCOPES
from ..conf import logto_settings
from ..setting import SETTING_NAME
from .simulator.identifiers import USERNAME_LENGTH, is_email, is_phone, is_username

# Of the ID token alone.
_TIMES = ("auth_time", "exp", "iat")
_SESSION_CLAIMS = (*_TIMES, "sid")
_PROTOCOL_CLAIMS = ("at_hash", "aud", "iss", "nonce")


def check_claims(claims: Mapping[str, Any]) -> None:
    """Check the keywords of a test.

    Raises:
        ValueError: Logto sends no such claim, not with the scopes of the site, or
            never with such a value.
    """
    for name, value in claims.items():
        if name in _PROTOCOL_CLAIMS:
            raise ValueError(
                f"{name!r} follows from the site's settings and the sign-in. To forge "
                "it, use the simulator's forge_id_token"
            )
        scope = "openid" if name in _SESSION_CLAIMS else CLAIM_SCOPES.get(name)
        if scope is None:
            raise ValueError(f"Logto sends no claim {name!r}; it sends {_known()}")
        if scope not in logto_settings.SCOPES:
            raise ValueError(
                f"Logto sends {name!r} only when {SETTING_NAME}['SCOPES'] has {scope!r}"
            )
        shape, fits = _SHAPES.get(name, _TEXT_OR_NULL)
        if not fits(value):
            raise ValueError(f"{name} is {value!r}; Logto sends {shape}")


def _known() -> str:
    return ", ".join(sorted({*CLAIM_SCOPES, *_SESSION_CLAIMS}))


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(fits: Callable[[str], bool] = bool) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and fits(value)


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(fits, value))


def _object_with(**members: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and all(fits(value.get(name)) for name, fits in members.items())
    )


def _are_identities(value: Any) -> bool:
    is_identity = _object_with(userId=_text())
    return isinstance(value, dict) and all(map(is_identity, value.values()))


def _is_organization_role(value: str) -> bool:
    organization, _, role = value.partition(":")
    return bool(organization and role)


_IS_SSO_IDENTITY = _object_with(issuer=_text(), identityId=_text(), detail=_is(dict))
_IS_ORGANIZATION = _object_with(id=_text(), name=_text())
_TEXT_OR_NULL = ("a string or None", _or_null(_is(str)))
_TEXTS = ("a list of strings", _list_of(_is(str)))
_OBJECT = ("a dictionary", _is(dict))
_TRUTH = ("True or False", _is(bool))
_NUMBER = ("a number", _is_number)
_USERNAME = (
    f"None or at most {USERNAME_LENGTH} letters, digits and underscores, no digit first"
)
_SHAPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "sub": ("a string", _text()),
    "username": (_USERNAME, _or_null(_text(is_username))),
    "email": ("None or an address, name@host.domain", _or_null(_text(is_email))),
    "phone_number": ("None or a string of digits", _or_null(_text(is_phone))),
    "roles": _TEXTS,
    "organizations": _TEXTS,
    "organization_roles": (
        "a list of strings, organization:role",
        _list_of(_text(_is_organization_role)),
    ),
    "organization_data": (
        "a list of dictionaries with id and name",
        _list_of(_IS_ORGANIZATION),
    ),
    "sso_identities": (
        "a list of dictionaries with issuer, identityId and detail",
        _list_of(_IS_SSO_IDENTITY),
    ),
    "identities": ("a dictionary of dictionaries with userId", _are_identities),
    "custom_data": _OBJECT,
    "address": _OBJECT,
    "email_verified": _TRUTH,
    "phone_number_verified": _TRUTH,
    "created_at": _NUMBER,
    "updated_at": _NUMBER,
    **dict.fromkeys(_TIMES, _NUMBER),
}
