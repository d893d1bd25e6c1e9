"""Logto did not do its part."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


class ProviderError(LogtoError):
    """Logto failed or answered something that must not be trusted."""

    code = "provider_error"
    status = 502
    title = _("The sign-in service has a problem")
    message = _("Nothing has changed. Please try again in a moment.")


class ProviderUnreachable(ProviderError):
    """No connection: DNS, refused, TLS, or broken off."""

    code = "provider_unreachable"
    title = _("The sign-in service cannot be reached")


class ProviderTimeout(ProviderError):
    """No complete answer within the deadline."""

    code = "provider_timeout"
    status = 504
    title = _("The sign-in service takes too long")


class ProviderBusy(ProviderError):
    """429 or 503 from Logto; ``retry_after`` is what it asks for, within limits."""

    code = "provider_busy"
    title = _("The sign-in service is busy")
    message = _("Nothing has changed. Please try again later.")


class ProviderResponseInvalid(ProviderError):
    """An answer that is too large, not JSON, or lacks what the standard requires."""

    code = "provider_response_invalid"


class TokenRequestRefused(ProviderError):
    """The token endpoint refused the code or refresh token (RFC 6749, 5.2)."""

    code = "token_request_refused"
    title = _("You could not be signed in")


class ClientRefused(ProviderError):
    """The token endpoint does not accept this application's id or secret."""

    code = "client_refused"
    title = _("This site is not known to the sign-in service")
    message = _("The people who run this site have to mend its configuration.")


class RedirectUriUnregistered(ProviderError):
    """Logto would not return to this site's callback; found with ``DEBUG`` only.

    ``reason`` is ``unregistered``, or ``loopback_name``, ``scheme`` or ``slash`` when
    Logto knows an address that differs in that.
    """

    code = "redirect_uri_unregistered"
    title = _("The sign-in service does not know this site's address")
    message = _("The people who run this site have to mend its configuration.")


class SignOutUriUnregistered(ProviderError):
    """Logto would not return after a sign-out. See `RedirectUriUnregistered`."""

    code = "sign_out_uri_unregistered"
    title = _("You are signed out here, but not at the sign-in service")
    message = _("The people who run this site have to mend its configuration.")


class TokenInvalid(ProviderError):
    """A token failed verification; ``reason`` names the check (OIDC Core, 3.1.3.7)."""

    code = "token_invalid"
    title = _("You could not be signed in safely")


class SigningKeyUnknown(TokenInvalid):
    """No published key fits the token's header."""

    code = "signing_key_unknown"
