"""The settings, declared once: default, check, documentation and test derive from here.

Sites write one dictionary, ``LOGTO = {"ENDPOINT": …}``. It is read at call time and
never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload
from urllib.parse import urlsplit

from django.conf import settings

from .errors import ConfigurationError

T = TypeVar("T")

SETTING_NAME = "LOGTO"
REQUIRED: Any = object()
ISSUER_PATH = "/oidc"

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


class Setting(Generic[T]):
    """One key of ``LOGTO``, typed; reading it reads the site's settings.

    Args:
        default: Used when the key is absent; ``REQUIRED`` when it must be given.
        parse: Turns the site's value into the typed one; raises ValueError with a
            sentence that says what is expected.
        help: What it does, for the documentation and for check hints.
    """

    def __init__(self, default: T, parse: Callable[[Any], T], *, help: str) -> None:
        self.default = default
        self.parse = parse
        self.help = help
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def is_required(self) -> bool:
        return self.default is REQUIRED

    @overload
    def __get__(self, instance: None, owner: type) -> Setting[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Setting[T] | T:
        return self if instance is None else self.read()

    def read(self) -> T:
        """Return the current value.

        Raises:
            ConfigurationError: It is required and absent, or not usable.
        """
        given = site_settings()
        if self.name not in given:
            if self.is_required:
                raise ConfigurationError(
                    f'{SETTING_NAME}["{self.name}"] is not set: {self.help}'
                )
            return self.default
        try:
            return self.parse(given[self.name])
        except ValueError as error:
            raise ConfigurationError(f'{SETTING_NAME}["{self.name}"] {error}') from None


def site_settings() -> Mapping[str, Any]:
    """Return the site's ``LOGTO`` dictionary, empty when there is none."""
    given = getattr(settings, SETTING_NAME, {})
    return given if isinstance(given, Mapping) else {}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a non-empty string.")
    return value.strip()


def _address(value: Any) -> str:
    text = _text(value).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as https://example.logto.app.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must hold no user, query or fragment.")
    return text


def _endpoint(value: Any) -> str:
    address = _address(value)
    if address.endswith(ISSUER_PATH):
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
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError("must be a number of seconds above zero.")
    return float(value)


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


def declared() -> Iterator[Setting[Any]]:
    """Yield every declared setting, in order of declaration."""
    for value in vars(LogtoSettings).values():
        if isinstance(value, Setting):
            yield value


logto_settings = LogtoSettings()
