"""The settings, declared once: default, check, documentation and test derive from here.

Sites write one dictionary, ``LOGTO = {"ENDPOINT": …}``. It is read at call time and
never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

from .claim_rules import ClaimField, claim_fields, required_claims
from .providers import named_providers
from .rate import Rate, rates
from .setting import REQUIRED, Setting
from .setting_kinds import (
    address,
    imported,
    one_of,
    optional_address,
    optional_function,
    optional_text,
    optional_texts,
    origin,
    seconds,
    seconds_or_never,
    switch,
    text,
    texts,
)

ISSUER_PATH = "/oidc"
#: The indicator of the Management API of a server that people run themselves.
OSS_RESOURCE = "https://default.logto.app/api"
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
#: What becomes of identities that Logto no longer tells of.
KEEP, REMOVE = "keep", "remove"
#: What a site may limit.
SIGN_IN_RATE, CALLBACK_RATE = "sign_in", "callback"
BACKCHANNEL_LOGOUT_RATE, WEBHOOK_RATE = "backchannel_logout", "webhook"
#: What becomes of a superuser whom Logto suspends or deletes.
SIGN_OUT, DEACTIVATE = "sign_out", "deactivate"
DEFAULT_USER_FIELDS = {
    "first_name": "given_name",
    "last_name": "family_name",
    "email": "email",
}


def documented_at(page: str, anchor: str) -> str:
    """Return where a page of the documentation tells of ``anchor``."""
    return f"{DOCUMENTATION}{page}.md#{anchor.lower()}"


def endpoint(value: Any) -> str:
    """Return the address of a Logto server."""
    given = address(value)
    if f"{ISSUER_PATH}/" in f"{urlsplit(given).path}/":
        raise ValueError(f"must be the address without {ISSUER_PATH}.")
    return given


def _scopes(value: Any) -> tuple[str, ...]:
    scopes = texts(value)
    if any(len(scope.split()) != 1 for scope in scopes):
        raise ValueError("must be a list with one scope in each string.")
    return tuple(dict.fromkeys(("openid", *scopes)))


def _prompt(value: Any) -> str:
    words = text(value).split()
    if not set(words) <= {"login", "consent"}:
        raise ValueError('must be "consent", "login" or "login consent".')
    return " ".join(word for word in ("login", "consent") if word in words)


def _hooks(value: Any) -> type[Any] | None:
    """Return the site's class.

    Its base is named rather than imported, because it stands above the settings.
    """
    if value is None:
        return None
    base, given = import_string(_HOOKS_BASE), imported(value)
    if not (isinstance(given, type) and issubclass(given, base)):
        raise ValueError(f"must be a subclass of {_HOOKS_BASE}, or the path of one.")
    return given


class LogtoSettings:
    """Typed view of ``settings.LOGTO``."""

    ENDPOINT = Setting(
        REQUIRED, endpoint, help="address of the Logto server, without /oidc."
    )
    APP_ID = Setting(
        REQUIRED, text, help="App ID of the Traditional web application in Logto."
    )
    APP_SECRET = Setting(
        REQUIRED, text, help="App secret of the Traditional web application in Logto."
    )
    M2M_APP_ID: Setting[str] = Setting(
        "",
        optional_text,
        help="App ID of a machine-to-machine application in Logto that may use its "
        "Management API; what needs that API says so when it is not set.",
    )
    M2M_APP_SECRET: Setting[str] = Setting(
        "", optional_text, help="App secret of that machine-to-machine application."
    )
    M2M_RESOURCE: Setting[str] = Setting(
        "",
        optional_address,
        help="indicator of the Management API; known for Logto Cloud without a domain "
        f"of its own, and else {OSS_RESOURCE}.",
    )
    BASE_URL: Setting[str | None] = Setting(
        None,
        origin,
        help="scheme and host of this site as visitors and Logto know it; taken from "
        "the request when not set.",
    )
    SCOPES: Setting[tuple[str, ...]] = Setting(
        DEFAULT_SCOPES, _scopes, help="scopes to ask for; openid is always added."
    )
    RESOURCES: Setting[tuple[str, ...]] = Setting(
        (), texts, help="indicators of the API resources to ask access for."
    )
    PROMPT = Setting(
        "consent",
        _prompt,
        help="prompt of every sign-in that does not ask for another; without consent "
        "Logto issues no refresh token.",
    )
    TIMEOUT = Setting(
        5.0,
        seconds,
        help="seconds that one request of this site may wait for Logto, all its calls "
        "together.",
    )
    CACHE = Setting(
        "default",
        text,
        help="alias of the Django cache that shares Logto's metadata and keys between "
        "processes, and counts what RATE_LIMITS limits.",
    )
    ALLOWED_NEXT_HOSTS: Setting[tuple[str, ...]] = Setting(
        (),
        texts,
        help="other hosts that a visitor may be sent to after sign-in or sign-out.",
    )
    USER_CLAIMS: Setting[tuple[str, ...] | None] = Setting(
        None,
        optional_texts,
        help="claims that the user route tells; all of them when not set.",
    )
    PROVIDERS: Setting[Mapping[str, str]] = Setting(
        MappingProxyType({}),
        named_providers,
        help="providers with a button of their own and what they are called, such as "
        '{"naver": "Naver"}; enterprise connectors as sso: and their id. When not set, '
        "those that Logto's own sign-in page offers.",
    )
    CREATE_USERS = Setting(
        True,
        switch,
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
        switch,
        help="whether a first sign-in joins the one local user who has the same e-mail "
        "address; never staff. Read what Logto's email_verified is worth first.",
    )
    UNLINKED_IDENTITIES = Setting(
        KEEP,
        one_of(KEEP, REMOVE),
        help="what becomes of a linked identity that Logto no longer tells of: kept "
        "with the time, or removed.",
    )
    WEBHOOK_SIGNING_KEYS: Setting[tuple[str, ...]] = Setting(
        (),
        texts,
        help="signing keys of the webhooks in Logto that come here; while a key is "
        "being replaced, the old one and the new one. Without any, no webhook is "
        "taken.",
    )
    SUSPENDED_SUPERUSERS = Setting(
        SIGN_OUT,
        one_of(SIGN_OUT, DEACTIVATE),
        help="what becomes of a superuser whom Logto suspends or deletes: signed out "
        "here, or switched off as every other user is.",
    )
    RECHECK_SECONDS = Setting(
        0,
        seconds_or_never,
        help="seconds after which a page asks Logto, without leaving it, whether its "
        "visitor's session still holds; 0 is never.",
    )
    ADMIN_SIGN_IN = Setting(
        "beside",
        one_of("beside", "only", "off"),
        help="how Django's admin offers sign-in with Logto: beside its form, in place "
        "of it, or not at all.",
    )
    CONSOLE_URL: Setting[str] = Setting(
        "",
        optional_address,
        help="address of Logto's Console, for links to it; known for Logto Cloud, "
        "http://localhost:3002/console in Logto's own compose file.",
    )
    RATE_LIMITS: Setting[Mapping[str, Rate]] = Setting(
        MappingProxyType({}),
        rates(SIGN_IN_RATE, CALLBACK_RATE, BACKCHANNEL_LOGOUT_RATE, WEBHOOK_RATE),
        help="how often one address may start a sign-in and come back from Logto, such "
        'as {"sign_in": "60/m", "callback": "30/m"}; and Logto, which is one address, '
        'send logout tokens ("backchannel_logout") and webhooks ("webhook").',
    )
    CLIENT_ADDRESS: Setting[Callable[[Any], Any] | None] = Setting(
        None,
        optional_function,
        help="function, or its dotted path, that takes a request and returns the "
        "visitor's address as text, for RATE_LIMITS; REMOTE_ADDR when not set.",
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
