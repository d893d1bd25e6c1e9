"""What is asked of Logto's token and revocation endpoints (RFC 6749, RFC 7009)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.views.decorators.debug import sensitive_variables

from ..errors import (
    ClientRefused,
    ProviderResponseInvalid,
    TokenRequestRefused,
)
from .mode import Mode
from .retry_after import raise_if_busy
from .transport import Request, Response, is_printable_ascii

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


@sensitive_variables()
async def client_credentials(
    mode: Mode,
    token_endpoint: str,
    *,
    client_id: str,
    client_secret: str,
    resource: str,
    scope: str,
) -> MachineToken:
    """Return an access token for a machine-to-machine application (RFC 6749, 4.4).

    Args:
        resource: The API's indicator (RFC 8707), without which Logto issues none.

    Raises:
        TokenRequestRefused: Logto does not know the API, for example.
        ClientRefused: Logto refused this application.
        ProviderError: It failed, or its answer is not a token response.
    """
    response = await mode.send(
        Request(
            "POST",
            token_endpoint,
            headers=_headers(client_id, client_secret),
            form={
                "grant_type": "client_credentials",
                "resource": resource,
                "scope": scope,
            },
        )
    )
    _raise_for_error(response)
    body = _token_response(response.json())
    return MachineToken(
        _text(body, "access_token"), _expires_in(body.get("expires_in"))
    )


@sensitive_variables()
async def exchange_code(
    mode: Mode,
    token_endpoint: str,
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    code: str,
    code_verifier: str,
) -> TokenSet:
    """Exchange an authorization code, once and without retry.

    Logto revokes the whole grant when a code is sent twice.

    Raises:
        TokenRequestRefused: Logto refused the code.
        ClientRefused: Logto refused this application.
        ProviderError: It failed, or its answer is not a token response.
    """
    response = await mode.send(
        Request(
            "POST",
            token_endpoint,
            headers=_headers(client_id, client_secret),
            form={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": code_verifier,
            },
        )
    )
    _raise_for_error(response)
    return _token_set(response.json())


@sensitive_variables()
async def revoke_token(
    mode: Mode,
    revocation_endpoint: str,
    *,
    client_id: str,
    client_secret: str,
    token: str,
) -> None:
    """Revoke a token and, as Logto does it, the whole grant behind it.

    Raises:
        ProviderError: Logto did not confirm it.
    """
    response = await mode.send(
        Request(
            "POST",
            revocation_endpoint,
            headers=_headers(client_id, client_secret),
            form={"token": token},
        )
    )
    _raise_for_error(response)


@sensitive_variables()
def _headers(client_id: str, client_secret: str) -> dict[str, str]:
    # RFC 6749, 2.3.1: both are form-encoded before they are joined.
    pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
    return {
        "Accept": "application/json",
        "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
    }


def _raise_for_error(response: Response) -> None:
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
def _token_set(document: Any) -> TokenSet:
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
