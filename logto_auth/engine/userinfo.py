"""Logto's userinfo document (OIDC Core, 5.3), whole: the SDK's model drops half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.views.decorators.debug import sensitive_variables

from ..errors import ProviderResponseInvalid
from .mode import Mode
from .retry_after import raise_if_busy
from .transport import Request


@sensitive_variables()
async def fetch_userinfo(
    mode: Mode, userinfo_endpoint: str, *, access_token: str, subject: str
) -> Mapping[str, Any]:
    """Return the userinfo of ``subject``.

    Raises:
        ProviderResponseInvalid: It is not JSON, or about somebody else
            (``reason`` ``userinfo_subject``; OIDC Core, 5.3.2).
        ProviderError: Logto did not answer it.
    """
    response = await mode.send(
        Request(
            "GET",
            userinfo_endpoint,
            headers={
                "Accept": "application/json",
                "Authorization": f"Bearer {access_token}",
            },
        )
    )
    raise_if_busy(response)
    if response.status != 200:
        raise ProviderResponseInvalid(reason=f"userinfo_status_{response.status}")
    document = response.json()
    if not isinstance(document, dict):
        raise ProviderResponseInvalid(reason="userinfo_shape")
    if document.get("sub") != subject:
        raise ProviderResponseInvalid(reason="userinfo_subject")
    return document
