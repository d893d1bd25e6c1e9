"""Who is calling: by a secret in the header or form, or without one (RFC 6749, 2.3)."""

from __future__ import annotations

import base64
import hmac
from urllib.parse import unquote_plus

from aiohttp import web

from .application import Application
from .oidc_error import OidcError, invalid_request
from .parameters import Parameters
from .tenant import Tenant

_MALFORMED = "invalid authorization header value format"


def authenticated_application(
    request: web.Request, tenant: Tenant, parameters: Parameters
) -> Application:
    """Return the application that has shown its secret, or needs none.

    Raises:
        OidcError: There is none, or the secret is wrong.
    """
    parameters.reject_duplicates(
        [name for name in parameters.names() if name not in _PARAMETERS]
    )
    header = request.headers.get("Authorization")
    app_id, secret = parameters.get("client_id"), parameters.get("client_secret")
    if header is not None and secret is not None:
        raise invalid_request(
            "client authentication must only be provided using one mechanism"
        )
    if header is not None:
        basic_id, secret = _basic(header)
        if app_id not in (None, basic_id):
            raise invalid_request("client_id mismatch")
        app_id = basic_id
    if app_id is None:
        raise invalid_request("no client authentication mechanism provided")
    application = tenant.application_of(app_id)
    if not _is_authentic(application, secret, tenant.clock.milliseconds()):
        raise _refused(tenant, uses_header=header is not None)
    return application


def _is_authentic(application: Application, secret: str | None, now: int) -> bool:
    """Whether the secret is right; a public application shows none at all."""
    if application.is_public or secret is None:
        return application.is_public and secret is None
    return any(
        hmac.compare_digest(secret.encode(), item.value.encode())
        for item in application.secrets
        if item.expires_at is None or now < item.expires_at
    )


_PARAMETERS = ("client_id", "client_secret")


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        raise invalid_request(_MALFORMED)
    try:
        text = base64.b64decode(value, validate=True).decode()
        app_id, colon, secret = text.partition(":")
        names = (
            unquote_plus(app_id, errors="strict"),
            unquote_plus(secret, errors="strict"),
        )
    except ValueError:
        raise invalid_request(_MALFORMED) from None
    if not colon:
        raise invalid_request(_MALFORMED)
    if not names[1]:
        raise invalid_request(
            "client_secret must be provided in the Authorization header"
        )
    return names


def _refused(tenant: Tenant, *, uses_header: bool) -> OidcError:
    description = "client authentication failed"
    challenge = (
        f'Basic realm="{tenant.issuer}", error="invalid_client", '
        f'error_description="{description}"'
    )
    return OidcError(
        "invalid_client",
        description,
        status=401,
        headers={"WWW-Authenticate": challenge} if uses_header else {},
    )
