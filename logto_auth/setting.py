"""One key of the site's ``LOGTO`` dictionary; `conf` declares which there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, overload

from django.conf import settings

from .errors import ConfigurationError

T = TypeVar("T")

SETTING_NAME = "LOGTO"
REQUIRED: Any = object()


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
            ConfigurationError: It is required and absent, or not usable; or ``LOGTO``
                is no dictionary.
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
    """Return the site's ``LOGTO`` dictionary, empty when there is none.

    Raises:
        ConfigurationError: It is something else.
    """
    given = getattr(settings, SETTING_NAME, None)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ConfigurationError(f"{SETTING_NAME} must be a dictionary.")
    return given
