"""The addresses of this site that Logto has to know, as the site builds them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from ..errors import ConfigurationError
from ..web.origin import BACKCHANNEL_LOGOUT, CALLBACK, SIGNED_OUT, WEBHOOK


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """What Logto calls, and where it sends visitors back to.

    Args:
        origin: Scheme and host of the site.
        redirect_uris: Of the callback; several where paths begin with a language.
        post_sign_out_redirect_uris: The same of the page after a sign-out.
        back_channel_logout_uri: None where the site's URLconf has no such address.
        webhook_url: The same.
    """

    origin: str
    redirect_uris: tuple[str, ...]
    post_sign_out_redirect_uris: tuple[str, ...]
    back_channel_logout_uri: str | None
    webhook_url: str | None

    @classmethod
    def at(cls, origin: str) -> SiteAddresses:
        """Return those of the site at ``origin``.

        Raises:
            ConfigurationError: The URLs of this package are not included.
        """
        try:
            reverse(CALLBACK)
        except NoReverseMatch:
            raise ConfigurationError(
                "the URLs of logto_auth are not included: manage.py check shows how"
            ) from None
        return cls(
            origin=origin,
            redirect_uris=_in_each_language(origin, CALLBACK),
            post_sign_out_redirect_uris=_in_each_language(origin, SIGNED_OUT),
            back_channel_logout_uri=_if_there_is_one(origin, BACKCHANNEL_LOGOUT),
            webhook_url=_if_there_is_one(origin, WEBHOOK),
        )

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.origin).netloc


def _in_each_language(origin: str, name: str) -> tuple[str, ...]:
    """Return the address in the languages of ``LANGUAGES``, each once.

    With ``i18n_patterns`` a visitor comes back in the language that they left in.
    """
    found = []
    for language in (settings.LANGUAGE_CODE, *(code for code, _ in settings.LANGUAGES)):
        with override(language):
            found.append(origin + reverse(name))
    return tuple(dict.fromkeys(found))


def _if_there_is_one(origin: str, name: str) -> str | None:
    try:
        return origin + reverse(name)
    except NoReverseMatch:
        return None
