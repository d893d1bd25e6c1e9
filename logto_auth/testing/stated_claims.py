"""What a test may state about somebody: only what Logto sends, in Logto's shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..conf import logto_settings
from ..setting import SETTING_NAME
from .simulator.claims import CLAIMS

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
        scope = "openid" if name in _SESSION_CLAIMS else CLAIMS.get(name)
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
    return ", ".join(sorted({*CLAIMS, *_SESSION_CLAIMS}))


def _list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list | tuple) and all(isinstance(v, kind) for v in value)
    )


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


_TEXT_OR_NULL = ("a string or None", _is_text_or_null)
_TEXTS = ("a list of strings", _list_of(str))
_OBJECTS = ("a list of dictionaries", _list_of(dict))
_OBJECT = ("a dictionary", _is(dict))
_TRUTH = ("True or False", _is(bool))
_NUMBER = ("a number", _is_number)
_SHAPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "sub": ("a string", lambda value: isinstance(value, str) and bool(value)),
    "roles": _TEXTS,
    "organizations": _TEXTS,
    "organization_roles": _TEXTS,
    "organization_data": _OBJECTS,
    "sso_identities": _OBJECTS,
    "identities": _OBJECT,
    "custom_data": _OBJECT,
    "address": _OBJECT,
    "email_verified": _TRUTH,
    "phone_number_verified": _TRUTH,
    "created_at": _NUMBER,
    "updated_at": _NUMBER,
    **dict.fromkeys(_TIMES, _NUMBER),
}
