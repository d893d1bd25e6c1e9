"""The providers that a page lets a visitor choose from.

A site's ``PROVIDERS`` say which they are, in which order, and what they are called.
Without them they are those that Logto's own sign-in page offers. Logos are Logto's in
either case. What Logto tells may not be known yet, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.utils.translation import get_language

from ..branding import provider_icon, provider_name
from ..conf import logto_settings
from ..errors import ConfigurationError
from ..providers import direct_sign_in
from .last_provider import last_provider

if TYPE_CHECKING:
    from ..engine.experience import OfferedProvider, SignInExperience

_LAST_RESORT = "en"


@dataclass(frozen=True)
class ProviderChoice:
    """One provider, for a template.

    Args:
        target: As a key of ``PROVIDERS``.
        name: What the visitor's language calls it.
        icon: A static file, or empty.
        logo: Logto's logo, which a page may load, or empty; ``logo_dark`` the one for
            dark pages, empty where there is no other.
        url: Starts the sign-in.
    """

    target: str
    name: str
    icon: str
    logo: str
    logo_dark: str
    url: str
    _request: HttpRequest | None = field(default=None, repr=False)

    @property
    def is_last_used(self) -> bool:
        """Whether this browser has signed in with it last; the page then varies."""
        return self._request is not None and (
            last_provider(self._request) == direct_sign_in(self.target)
        )


def provider_choices(
    experience: SignInExperience | None,
    url: Callable[[str], str],
    request: HttpRequest | None = None,
) -> list[ProviderChoice]:
    """Return the providers in the order in which they are shown.

    Args:
        experience: See `known_experience`.
        url: Returns the address that starts a sign-in, by ``direct_sign_in``.
        request: Tells the provider used last; without it none is marked.
    """
    known = experience.by_target if experience is not None else {}
    named = logto_settings.PROVIDERS
    enabled = [item.target for item in experience.social] if experience else []
    choices = []
    for target in named or enabled:
        offered = known.get(target)
        choices.append(
            ProviderChoice(
                target=target,
                name=named.get(target) or _name(target, offered),
                icon=provider_icon(target),
                logo=offered.logo if offered else "",
                logo_dark=offered.logo_dark if offered else "",
                url=url(direct_sign_in(target)),
                _request=request,
            )
        )
    return choices


def known_experience() -> SignInExperience | None:
    """Return what is known of Logto's own sign-in page, None for nothing.

    A site that is not configured knows nothing either, and shows its pages.
    """
    from ..engine.provider import current_provider

    try:
        return current_provider().experience.at_hand()
    except ConfigurationError:
        return None


def _name(target: str, offered: OfferedProvider | None) -> str:
    language = get_language() or _LAST_RESORT
    said = in_language(offered.names, language) if offered is not None else ""
    return said or provider_name(target)


def in_language(names: Mapping[str, str], language: str) -> str:
    """Return a name in a language, else in a near one, in English, or in any.

    Args:
        names: By language tags in lower case, which are Logto's: ``zh-cn``, ``tr-tr``.
        language: One of Django's: ``zh-hans``, ``tr``.
    """
    for wanted in (*_near(language.lower()), _LAST_RESORT):
        for tag, name in names.items():
            if wanted in _near(tag):
                return name
    return next(iter(names.values()), "")


def _near(tag: str) -> tuple[str, ...]:
    """Return a language tag and what it may stand for, the nearest first."""
    return tag, *LANG_INFO.get(tag, {}).get("fallback", ()), tag.partition("-")[0]
