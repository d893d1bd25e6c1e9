"""What Logto would tell a visitor, before there is one.

What it tells on a page of its own an application never hears: it answers 400 there when
it does not know the application or the address to return to.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs, urlencode, urlsplit

from ..errors import ProviderResponseInvalid
from .mode import Mode
from .provider import current_provider
from .transport import Request


async def sign_in_refusal(mode: Mode, client_id: str, redirect_uri: str) -> str:
    """Return the ``error`` that a sign-in would end with, empty when it would not.

    ``prompt=none`` keeps Logto from starting an interaction that nobody will finish.

    Raises:
        ProviderError: Logto does not tell.
    """
    return await _refusal(mode, await _sign_in_url(mode, client_id, redirect_uri))


async def authorization_error(
    mode: Mode,
    client_id: str,
    redirect_uri: str,
    *,
    scopes: Iterable[str],
    resources: Iterable[str],
) -> str:
    """Return the ``error`` with which Logto sends a visitor back.

    For who has no session at Logto, as nobody has here, it is ``login_required`` when
    there is nothing wrong with scopes and resources; empty when Logto names none.

    Raises:
        ProviderError: Logto does not tell, or does not send the visitor back.
    """
    url = await _sign_in_url(mode, client_id, redirect_uri, " ".join(scopes), resources)
    response = await mode.send(Request("GET", url))
    if response.status not in (302, 303):
        raise ProviderResponseInvalid(reason=f"status_{response.status}")
    query = parse_qs(urlsplit(response.headers.get("location", "")).query)
    return query.get("error", [""])[-1]


async def sign_out_refusal(
    mode: Mode, client_id: str, post_logout_redirect_uri: str
) -> str:
    """Return the ``error`` that a sign-out would end with. See sign_in_refusal()."""
    metadata = await current_provider().metadata(mode)
    query = {
        "client_id": client_id,
        "post_logout_redirect_uri": post_logout_redirect_uri,
    }
    url = f"{metadata.end_session_endpoint}?{urlencode(query)}"
    return await _refusal(mode, url)


async def _sign_in_url(
    mode: Mode,
    client_id: str,
    redirect_uri: str,
    scope: str = "openid",
    resources: Iterable[str] = (),
) -> str:
    metadata = await current_provider().metadata(mode)
    query = [
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("scope", scope),
        ("prompt", "none"),
        *(("resource", resource) for resource in resources),
    ]
    return f"{metadata.authorization_endpoint}?{urlencode(query)}"


async def _refusal(mode: Mode, url: str) -> str:
    response = await mode.send(Request("GET", url))
    if response.status in (200, 302, 303):
        return ""
    document = response.json() if response.status == 400 else None
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, str):
        raise ProviderResponseInvalid(reason=f"status_{response.status}")
    return error
