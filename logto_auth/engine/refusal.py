"""What Logto tells a visitor on a page of its own, and an application never.

It answers 400 there when it does not know the application or the address to return to.
"""

from __future__ import annotations

from urllib.parse import urlencode

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
    metadata = await current_provider().metadata(mode)
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "openid",
        "prompt": "none",
    }
    url = f"{metadata.authorization_endpoint}?{urlencode(query)}"
    return await _refusal(mode, url)


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


async def _refusal(mode: Mode, url: str) -> str:
    response = await mode.send(Request("GET", url))
    if response.status in (200, 302, 303):
        return ""
    document = response.json() if response.status == 400 else None
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, str):
        raise ProviderResponseInvalid(reason=f"status_{response.status}")
    return error
