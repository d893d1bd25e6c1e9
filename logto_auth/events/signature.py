"""Logto's signature of a webhook: an HMAC over the bytes of the body, and no more.

It covers no time, so that whoever has seen a webhook can send it again: `deliveries`
knows it then, and what is too old is not taken.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from django.views.decorators.debug import sensitive_variables

HEADER = "logto-signature-sha-256"
_FORM = re.compile(r"[0-9a-f]{64}")


@sensitive_variables()
def is_signed(body: bytes, signature: str, signing_keys: Iterable[str]) -> bool:
    """Tell whether one of the keys has made this signature.

    Args:
        body: As it came, before anything has decoded it.
        signature: The header's value: 64 digits, lower-case.
        signing_keys: As Logto's Console shows them; Logto signs with their letters.
    """
    if not _FORM.fullmatch(signature):
        return False
    given = signature.encode()
    # Every key is tried, whichever fits.
    fits = [
        hmac.compare_digest(
            hmac.new(key.encode(), body, hashlib.sha256).hexdigest().encode(), given
        )
        for key in signing_keys
    ]
    return any(fits)
