"""Logto's public sign-in experience: which providers its own sign-in page offers.

It is for people to look at, and nothing depends on it. So it is shown however old it
is, and renewed in the background: nobody ever waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..conf import logto_settings
from ..errors import ProviderResponseInvalid
from ..loopback import is_loopback
from ..providers import ENTERPRISE, is_provider
from .background import Background
from .deadline import deadline
from .document import FRESH_SECONDS, CachedDocument
from .mode import BLOCKING, loop_is_running, run_blocking

EXPERIENCE_PATH = "/api/.well-known/sign-in-exp"
MAX_PROVIDERS = 100
MAX_LANGUAGES = 100
MAX_NAME_LENGTH = 100
# Logto's own connectors have logos of up to 17 kB, as data.
MAX_LOGO_LENGTH = 64 * 1024
_MAX_ADDRESS_LENGTH = 2048

_LANGUAGE = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8}){0,3}")
_DATA = re.compile(
    r"data:image/(svg\+xml|png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}"
)
# Neither a user nor a backslash, which browsers read as a slash.
_ADDRESS = re.compile(
    r"https?://([\w.-]+|\[[0-9a-f:]+\])(:\d+)?(/[!#-;=?-\[\]^-~]*)?", re.ASCII
)
# They take no part in what text looks like, but Persian and Indic names need them.
_JOINERS = "\u200c\u200d"
# What a connector for applications of phones says that it is for.
_NATIVE = "Native"
_SIGN_IN_ONLY = "SignIn"


@dataclass(frozen=True, slots=True)
class OfferedProvider:
    """One connector, as Logto's sign-in page would show it.

    Args:
        target: As a key of ``PROVIDERS``.
        names: By language tag in lower case; Logto has them in some languages only.
        logo: An address or the picture itself (``data:``), which a page may load, or
            empty.
        logo_dark: The same on a dark page, empty where there is no other.
    """

    target: str
    names: Mapping[str, str]
    logo: str = ""
    logo_dark: str = ""


@dataclass(frozen=True, slots=True)
class SignInExperience:
    """What of the document a page can use.

    Args:
        social: The enabled social connectors, in Logto's order.
        enterprise: The enterprise connectors, which Logto offers by e-mail address and
            not by a button.
        registers: Whether there is a page to create an account on.
    """

    social: tuple[OfferedProvider, ...]
    enterprise: tuple[OfferedProvider, ...] = ()
    registers: bool = True

    @classmethod
    def parse(cls, document: object) -> SignInExperience:
        """Take what can be shown; a connector that cannot is left out.

        Raises:
            ProviderResponseInvalid: ``reason`` is ``experience_shape``.
        """
        if not isinstance(document, dict):
            raise ProviderResponseInvalid(reason="experience_shape")
        return cls(
            social=_each_once(
                _social(entry) for entry in _entries(document, "socialConnectors")
            ),
            enterprise=_each_once(
                _enterprise(entry) for entry in _entries(document, "ssoConnectors")
            ),
            registers=document.get("signInMode") != _SIGN_IN_ONLY,
        )

    @property
    def by_target(self) -> Mapping[str, OfferedProvider]:
        """Everything that Logto tells of, by the keys of ``PROVIDERS``."""
        return {item.target: item for item in (*self.enterprise, *self.social)}


class KnownExperience:
    """The sign-in experience of the Logto at ``endpoint``, as far as it is known here.

    Args:
        digest: Tells its key in Django's cache from those of other Logtos.
    """

    def __init__(self, endpoint: str, digest: str) -> None:
        self.url = endpoint + EXPERIENCE_PATH
        self._document = CachedDocument(
            name="sign-in experience",
            cache_key=f"logto_auth:experience:{digest}",
            parse=SignInExperience.parse,
        )
        self._renewal = Background(self._document.name, self._renew)

    def at_hand(self) -> SignInExperience | None:
        """Return what is known, None for nothing, and have it renewed if need be.

        Logto is never waited for. Nor is the cache on an event loop.
        """
        copy = self._document.at_hand()
        if copy is None and self._renewal.may_start and not loop_is_running():
            copy = self._document.find()
        if copy is None or copy.age() >= FRESH_SECONDS:
            self._renewal.start()
        return copy.value if copy is not None else None

    def settle(self) -> None:
        """Let a renewal that was begun end, for tests."""
        self._renewal.wait(logto_settings.TIMEOUT)

    def forget(self) -> None:
        """See `CachedDocument.forget`; what is under way ends first."""
        self.settle()
        self._document.forget()
        self._renewal.begin_anew()

    def renew_locks(self) -> None:
        """See `CachedDocument.renew_lock`."""
        self._document.renew_lock()
        self._renewal.begin_anew()

    def _renew(self) -> None:
        with deadline(logto_settings.TIMEOUT):
            run_blocking(self._document.get(BLOCKING, self.url))


def _entries(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = document.get(name, [])
    if not isinstance(entries, list):
        raise ProviderResponseInvalid(name, reason="experience_shape")
    return [entry for entry in entries[:MAX_PROVIDERS] if isinstance(entry, dict)]


def _each_once(
    offered: Iterator[OfferedProvider | None],
) -> tuple[OfferedProvider, ...]:
    """Return the first of each target: connectors for web and phones share one."""
    found: dict[str, OfferedProvider] = {}
    for item in offered:
        if item is not None:
            found.setdefault(item.target, item)
    return tuple(found.values())


def _social(entry: dict[str, Any]) -> OfferedProvider | None:
    target, names = entry.get("target"), entry.get("name")
    if not is_provider(target) or target.startswith(ENTERPRISE):
        return None
    if entry.get("platform") == _NATIVE:
        return None
    return OfferedProvider(
        target=target,
        names=_names(names if isinstance(names, dict) else {}),
        logo=_logo(entry.get("logo")),
        logo_dark=_logo(entry.get("logoDark")),
    )


def _enterprise(entry: dict[str, Any]) -> OfferedProvider | None:
    target = f"{ENTERPRISE}{entry.get('id')}"
    if not is_provider(target):
        return None
    return OfferedProvider(
        target=target,
        names=_names({"en": entry.get("connectorName")}),
        logo=_logo(entry.get("logo")),
        logo_dark=_logo(entry.get("darkLogo")),
    )


def _names(given: dict[str, Any]) -> Mapping[str, str]:
    named = {
        language.lower(): _shown(name)
        for language, name in list(given.items())[:MAX_LANGUAGES]
        if isinstance(name, str) and _LANGUAGE.fullmatch(language.lower())
    }
    return MappingProxyType(
        {language: name for language, name in named.items() if name}
    )


def _shown(name: str) -> str:
    """Return a name on one line, without signs that turn the text around it."""
    words = " ".join(name[: 2 * MAX_NAME_LENGTH].split())
    kept = (char for char in words if char.isprintable() or char in _JOINERS)
    return "".join(kept)[:MAX_NAME_LENGTH].strip()


def _logo(given: object) -> str:
    """Return what a page may load as a picture, else nothing."""
    if not isinstance(given, str) or len(given) > MAX_LOGO_LENGTH:
        return ""
    if _DATA.fullmatch(given):
        return given
    if len(given) > _MAX_ADDRESS_LENGTH or not _ADDRESS.fullmatch(given):
        return ""
    return given if given.startswith("https:") or is_loopback(given) else ""
