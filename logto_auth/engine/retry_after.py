"""What a server that is busy says of when to ask again (RFC 9110, 10.2.3)."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.http import parse_http_date_safe

from ..errors import ProviderBusy

if TYPE_CHECKING:
    from .transport import Response

#: Whatever a server asks for, nobody is kept out longer.
MAX_SECONDS = 300


def raise_if_busy(response: Response, detail: str = "") -> None:
    """Do nothing unless the answer is 429 or 503.

    Raises:
        ProviderBusy: It is; ``reason`` is the status.
    """
    if response.status in (429, 503):
        raise ProviderBusy(
            detail,
            reason=f"status_{response.status}",
            retry_after=seconds_of(response.headers),
        )


def seconds_of(headers: Mapping[str, str]) -> int:
    """Return the seconds that ``Retry-After`` asks for, ``MAX_SECONDS`` at most.

    0 where there is none, or none that can be read.

    Args:
        headers: Their names are lower-case.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        # Cut before it is a number: there is no limit to the digits.
        return min(int(value.lstrip("0")[:4] or "0"), MAX_SECONDS)
    until = parse_http_date_safe(value)
    if until is None:
        return 0
    # By the server's own clock, which may be another than this machine's.
    now = parse_http_date_safe(headers.get("date", "")) or time.time()
    return max(0, min(math.ceil(until - now), MAX_SECONDS))
