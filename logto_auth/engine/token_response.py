"""What Logto's token endpoint answers, checked (RFC 6749, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.views.decorators.debug import sensitive_variables

from ..errors import (
    ClientRefused,
    ProviderResponseInvalid,
    TokenRequestRefused,
)
from .retry_after import raise_if_busy
from .transport import Response, is_printable_ascii

MAX_EXPIRES_IN = 366 * 24 * 3600
_ERROR_CODES = frozenset(
    {
        "access_denied",
        "insufficient_scope",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "invalid_target",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


@dataclass(frozen=True, slots=True)
class TokenSet:
    """A checked token response (RFC 6749, 5.1). ``expires_in`` is in seconds.

    ``scopes`` are those granted, None where the response does not say.
    """

    access_token: str = field(repr=False)
    id_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    token_type: str
    expires_in: int
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class MachineToken:
    """An access token for an application itself. ``expires_in`` is in seconds."""

    access_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class RefreshedTokens:
    """What a refresh token brought. ``expires_in`` is in seconds.

    Without an ``id_token`` what was verified before still stands, and without a
    ``refresh_token`` the one that was sent.
    """

    access_token: str = field(repr=False)
    expires_in: int
    id_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)


def raise_for_error(response: Response) -> None:
    """Do nothing unless the answer is an error (RFC 6749, 5.2).

    Raises:
        TokenRequestRefused: Logto refused what was asked for.
        ClientRefused: Logto refused this application.
        ProviderError: It failed otherwise.
    """
    if response.status == 200:
        return
    raise_if_busy(response)
    if response.status not in (400, 401, 403):
        raise ProviderResponseInvalid(reason=f"status_{response.status}")
    error = _error_of(response)
    if error == "invalid_client" and response.status == 400:
        raise ClientRefused("check APP_ID", reason="unknown_application")
    if error == "invalid_client":
        raise ClientRefused("check APP_SECRET", reason=error)
    raise TokenRequestRefused(reason=error)


def _error_of(response: Response) -> str:
    try:
        body = response.json()
    except ProviderResponseInvalid:
        return f"status_{response.status}"
    error = body.get("error") if isinstance(body, Mapping) else None
    if error == "invalid_client" or error in _ERROR_CODES:
        return str(error)
    return f"status_{response.status}"


@sensitive_variables()
def _token_response(body: Any) -> Mapping[str, Any]:
    """Return a token response of the one type of token that there is (RFC 6750)."""
    if not isinstance(body, Mapping):
        raise ProviderResponseInvalid(reason="token_response_shape")
    if _text(body, "token_type").lower() != "bearer":
        raise ProviderResponseInvalid(reason="token_type")
    return body


@sensitive_variables()
def token_set(document: Any) -> TokenSet:
    """Return the checked answer to an authorization code."""
    body = _token_response(document)
    return TokenSet(
        access_token=_text(body, "access_token"),
        id_token=_text(body, "id_token"),
        refresh_token=_text(body, "refresh_token") if "refresh_token" in body else None,
        token_type=_text(body, "token_type"),
        expires_in=_expires_in(body.get("expires_in")),
        scopes=_scopes(body.get("scope")),
    )


@sensitive_variables()
def refreshed_tokens(document: Any) -> RefreshedTokens:
    """Return the checked answer to a refresh token (OIDC Core, 12.2)."""
    body = _token_response(document)
    return RefreshedTokens(
        access_token=_text(body, "access_token"),
        expires_in=_expires_in(body.get("expires_in")),
        id_token=_text(body, "id_token") if "id_token" in body else None,
        refresh_token=_text(body, "refresh_token") if "refresh_token" in body else None,
    )


@sensitive_variables()
def machine_token(document: Any) -> MachineToken:
    """Return the checked answer to an application's own credentials."""
    body = _token_response(document)
    return MachineToken(
        _text(body, "access_token"), _expires_in(body.get("expires_in"))
    )


@sensitive_variables()
def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    # All else would fail later, where it shows.
    if not isinstance(value, str) or not value or not is_printable_ascii(value):
        raise ProviderResponseInvalid(name, reason="token_response_shape")
    return value


def _expires_in(value: Any) -> int:
    """Return the lifetime; 0, which is "expired already", for anything senseless."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return 0
    return min(value, MAX_EXPIRES_IN)


def _scopes(value: Any) -> frozenset[str] | None:
    return frozenset(value.split()) if isinstance(value, str) else None
