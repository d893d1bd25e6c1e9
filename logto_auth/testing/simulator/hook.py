"""A webhook as it is registered: for which events, and how its bodies are signed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...webhook_events import EVENTS
from .clock import Clock

SIGNATURE_HEADER = "logto-signature-sha-256"
_LETTERS = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def new_signing_key() -> str:
    """Return a key as Logto makes them."""
    return _random(32)


@dataclass
class Hook:
    """A webhook as Logto's Console would let an administrator make one.

    Args:
        url: Where it is sent.
        events: What it is sent for.
        signing_key: Text that bodies are signed with.
        headers: Sent as well.
        name: What administrators call it.
        created_at: Milliseconds since the epoch.
    """

    url: str
    events: Sequence[str] = EVENTS
    signing_key: str = field(default_factory=new_signing_key, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    id: str = field(default_factory=lambda: _random(21).lower())
    name: str = ""
    created_at: int = field(default_factory=Clock().milliseconds, compare=False)

    def renew_signing_key(self) -> None:
        """Sign with another key from now on."""
        self.signing_key = new_signing_key()


def signature(signing_key: str, body: bytes) -> str:
    """Return what `SIGNATURE_HEADER` says of ``body``: its HMAC-SHA256 in hex."""
    return hmac.new(signing_key.encode(), body, hashlib.sha256).hexdigest()
