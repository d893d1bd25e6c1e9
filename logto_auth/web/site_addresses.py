"""The addresses of this site that Logto has to know, as the site builds them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import NoReverseMatch

from ..errors import ConfigurationError
from .origin import BACKCHANNEL_LOGOUT, CALLBACK, SIGNED_OUT, WEBHOOK, paths


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
            redirect_uris = _absolute(origin, CALLBACK)
        except NoReverseMatch:
            message = "the URLs of logto_auth are not included; see manage.py check"
            raise ConfigurationError(message) from None
        return cls(
            origin=origin,
            redirect_uris=redirect_uris,
            post_sign_out_redirect_uris=_absolute(origin, SIGNED_OUT),
            back_channel_logout_uri=_if_there_is_one(origin, BACKCHANNEL_LOGOUT),
            webhook_url=_if_there_is_one(origin, WEBHOOK),
        )

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.origin).netloc


def _absolute(origin: str, name: str) -> tuple[str, ...]:
    return tuple(origin + path for path in paths(name))


def _if_there_is_one(origin: str, name: str) -> str | None:
    """Return where Logto itself calls, which has no language."""
    try:
        return origin + paths(name)[0]
    except NoReverseMatch:
        return None
