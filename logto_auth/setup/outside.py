"""Documents of others than Logto: what a provider says of itself."""

from __future__ import annotations

from typing import Any

from ..conf import logto_settings
from ..engine.deadline import deadline
from ..engine.mode import BLOCKING, run_blocking
from ..engine.transport import Request
from ..errors import ProviderResponseInvalid


def fetched_document(url: str) -> Any:
    """Return the JSON document at ``url``.

    Raises:
        ProviderError: It cannot be had, or is no JSON.
    """
    request = Request("GET", url, headers={"Accept": "application/json"})
    with deadline(logto_settings.TIMEOUT):
        response = run_blocking(BLOCKING.send(request))
    if response.status != 200:
        raise ProviderResponseInvalid(url, reason=f"status_{response.status}")
    return response.json()
