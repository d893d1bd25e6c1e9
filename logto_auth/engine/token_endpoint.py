"""What is asked of Logto's token and revocation endpoints (RFC 6749, RFC 7009)."""

from __future__ import annotations

import base64
from urllib.parse import quote

from django.views.decorators.debug import sensitive_variables

from .mode import Mode
from .token_response import (
    MachineToken,
    RefreshedTokens,
    TokenSet,
    machine_token,
    raise_for_error,
    refreshed_tokens,
    token_set,
)
from .transport import Request


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
    raise_for_error(response)
    return machine_token(response.json())


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
    raise_for_error(response)
    return token_set(response.json())


@sensitive_variables()
async def refresh_tokens(
    mode: Mode,
    token_endpoint: str,
    *,
    client_id: str,
    client_secret: str,
    refresh_token: str,
    resource: str = "",
    organization_id: str = "",
) -> RefreshedTokens:
    """Get an access token with a refresh token (RFC 6749, 6).

    No scope is sent: all that were granted are meant, and Logto refuses the whole
    request for a single one that was not.

    Args:
        resource: Indicator of the API that the access token is for (RFC 8707); one that
            was asked for at the sign-in. Without it the token is for userinfo.
        organization_id: Logto's id of the organization that it is for.

    Raises:
        TokenRequestRefused: Logto refused it; ``invalid_grant`` when the refresh token
            is dead or the user may no longer sign in.
        ClientRefused: Logto refused this application.
        ProviderError: It failed, or its answer is not a token response.
    """
    wanted = {"resource": resource, "organization_id": organization_id}
    response = await mode.send(
        Request(
            "POST",
            token_endpoint,
            headers=_headers(client_id, client_secret),
            form={
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
                **{name: value for name, value in wanted.items() if value},
            },
        )
    )
    raise_for_error(response)
    return refreshed_tokens(response.json())


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
    raise_for_error(response)


@sensitive_variables()
def _headers(client_id: str, client_secret: str) -> dict[str, str]:
    # RFC 6749, 2.3.1: both are form-encoded before they are joined.
    pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
    return {
        "Accept": "application/json",
        "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
    }
