"""The settings, declared once: default, check, documentation and test derive from here.

Sites write one dictionary, ``LOGTO = {"ENDPOINT": …}``. It is read at call time and
never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

from .claim_rules import ClaimField, claim_fields, required_claims
from .providers import named_providers
from .setting import REQUIRED, Setting

ISSUER_PATH = "/oidc"
#: Nobody waits longer for a page; sockets take no infinity.
LONGEST_SECONDS = 3600
_HOOKS_BASE = "logto_auth.hooks.Hooks"
#: Where hints and explanations find the documentation.
DOCUMENTATION = "docs/"

DEFAULT_SCOPES = (
    "openid",
    "offline_access",
    "profile",
    "email",
    "identities",
    "roles",
    "urn:logto:scope:organizations",
    "urn:logto:scope:organization_roles",
)
#: What becomes of identities that Logto no longer tells of.
KEEP, REMOVE = "keep", "remove"
DEFAULT_USER_FIELDS = {
    "first_name": "given_name",
    "last_name": "family_name",
    "email": "email",
}
#: Every scope that Logto itself defines; others are permissions of API resources and
#: organizations.
LOGTO_SCOPES = (
    *DEFAULT_SCOPES,
    "phone",
    "address",
    "custom_data",
    "urn:logto:scope:sessions",
    "urn:logto:scope:trusted_devices",
)


def documented_at(page: str, anchor: str) -> str:
    """Return where a page of the documentation tells of ``anchor``."""
    return f"{DOCUMENTATION}{page}.md#{anchor.lower()}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a non-empty string.")
    return value.strip()


def _address(value: Any) -> str:
    text = _text(value).rstrip("/")
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # not a number, or too large
    except ValueError:
        is_address = False
    if not is_address or len(text.split()) > 1:
        raise ValueError("must be an address such as https://example.logto.app.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must hold no user, query or fragment.")
    return text


def _endpoint(value: Any) -> str:
    address = _address(value)
    if f"{ISSUER_PATH}/" in f"{urlsplit(address).path}/":
        raise ValueError(f"must be the address without {ISSUER_PATH}.")
    return address


def _origin(value: Any) -> str | None:
    if value is None or value == "":
        return None
    text = _address(value)
    if urlsplit(text).path:
        raise ValueError("must be scheme and host only, such as https://example.com.")
    return text


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError("must be a list of strings.")
    return tuple(dict.fromkeys(_text(item) for item in value))


def _optional_texts(value: Any) -> tuple[str, ...] | None:
    return None if value is None else _texts(value)


def _scopes(value: Any) -> tuple[str, ...]:
    scopes = _texts(value)
    if any(len(scope.split()) != 1 for scope in scopes):
        raise ValueError("must be a list with one scope in each string.")
    return tuple(dict.fromkeys(("openid", *scopes)))


def _prompt(value: Any) -> str:
    words = _text(value).split()
    if not set(words) <= {"login", "consent"}:
        raise ValueError('must be "consent", "login" or "login consent".')
    return " ".join(word for word in ("login", "consent") if word in words)


def _seconds(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= LONGEST_SECONDS:
        raise ValueError(
            f"must be a number of seconds above zero, at most {LONGEST_SECONDS}."
        )
    return float(value)


def _hooks(value: Any) -> type[Any] | None:
    """Return the site's class, imported here: only then is the check worth something.

    Its base is named rather than imported, because it stands above the settings.
    """
    if value is None:
        return None
    base = import_string(_HOOKS_BASE)
    try:
        given = import_string(value) if isinstance(value, str) else value
    except ImportError as error:
        raise ValueError(f"cannot be imported: {error}.") from None
    if not (isinstance(given, type) and issubclass(given, base)):
        raise ValueError(f"must be a subclass of {_HOOKS_BASE}, or the path of one.")
    return given


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be True or False.")
    return value


def _one_of(*words: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(map(repr, words))}.")
        return str(value)

    return parse


def _optional_address(value: Any) -> str:
    return _address(value) if value else ""


class LogtoSettings:
    """Typed view of ``settings.LOGTO``."""

    ENDPOINT = Setting(
        REQUIRED, _endpoint, help="address of the Logto server, without /oidc."
    )
    APP_ID = Setting(
        REQUIRED, _text, help="App ID of the Traditional web application in Logto."
    )
    APP_SECRET = Setting(
        REQUIRED, _text, help="App secret of the Traditional web application in Logto."
    )
    BASE_URL: Setting[str | None] = Setting(
        None,
        _origin,
        help="scheme and host of this site as visitors and Logto know it; taken from "
        "the request when not set.",
    )
    SCOPES: Setting[tuple[str, ...]] = Setting(
        DEFAULT_SCOPES, _scopes, help="scopes to ask for; openid is always added."
    )
    RESOURCES: Setting[tuple[str, ...]] = Setting(
        (), _texts, help="indicators of the API resources to ask access for."
    )
    PROMPT = Setting(
        "consent",
        _prompt,
        help="prompt of every sign-in that does not ask for another; without consent "
        "Logto issues no refresh token.",
    )
    TIMEOUT = Setting(
        5.0,
        _seconds,
        help="seconds that one request of this site may wait for Logto, all its calls "
        "together.",
    )
    CACHE = Setting(
        "default",
        _text,
        help="alias of the Django cache that shares Logto's metadata and keys between "
        "processes.",
    )
    ALLOWED_NEXT_HOSTS: Setting[tuple[str, ...]] = Setting(
        (),
        _texts,
        help="other hosts that a visitor may be sent to after sign-in or sign-out.",
    )
    USER_CLAIMS: Setting[tuple[str, ...] | None] = Setting(
        None,
        _optional_texts,
        help="claims that the user route tells; all of them when not set.",
    )
    PROVIDERS: Setting[Mapping[str, str]] = Setting(
        MappingProxyType({}),
        named_providers,
        help="providers with a button of their own and what they are called, such as "
        '{"naver": "Naver"}; enterprise connectors as sso: and their id.',
    )
    CREATE_USERS = Setting(
        True,
        _switch,
        help="whether a first sign-in makes a user; else only users that have "
        "connected their Logto account, or are joined to it, sign in.",
    )
    REQUIRED_CLAIMS: Setting[Mapping[str, tuple[Any, ...]]] = Setting(
        MappingProxyType({}),
        required_claims,
        help="claims without which nobody signs in, each with a list of the values "
        'that do, such as {"roles": ["member"]}.',
    )
    USER_FIELDS: Setting[Mapping[str, ClaimField]] = Setting(
        claim_fields(DEFAULT_USER_FIELDS),
        claim_fields,
        help="user fields and the claims that fill them, at sign-up or, as in "
        '{"first_name": ("given_name", "sign_in")}, at every sign-in.',
    )
    JOIN_BY_EMAIL = Setting(
        False,
        _switch,
        help="whether a first sign-in joins the one local user who has the same e-mail "
        "address; never staff. Read what Logto's email_verified is worth first.",
    )
    UNLINKED_IDENTITIES = Setting(
        KEEP,
        _one_of(KEEP, REMOVE),
        help="what becomes of a linked identity that Logto no longer tells of: kept "
        "with the time, or removed.",
    )
    ADMIN_SIGN_IN = Setting(
        "beside",
        _one_of("beside", "only", "off"),
        help="how Django's admin offers sign-in with Logto: beside its form, in place "
        "of it, or not at all.",
    )
    CONSOLE_URL: Setting[str] = Setting(
        "",
        _optional_address,
        help="address of Logto's Console, for links to it; known for Logto Cloud, "
        "http://localhost:3002/console in Logto's own compose file.",
    )
    HOOKS: Setting[type[Any] | None] = Setting(
        None,
        _hooks,
        help="subclass of logto_auth.hooks.Hooks, or its dotted path: the site's say "
        "in who signs in and as whom.",
    )


def declared() -> Iterator[Setting[Any]]:
    """Yield every declared setting, in order of declaration."""
    for value in vars(LogtoSettings).values():
        if isinstance(value, Setting):
            yield value


logto_settings = LogtoSettings()
