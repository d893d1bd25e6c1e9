"""The tenant's clock, which a test moves: a site then meets a Logto that is wrong."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate


class Clock:
    """Time as the simulator sees it: this machine's, moved by what a test says.

    It goes on after every move. Lifetimes, ``iat``, ``exp``, cookies, ``updated_at``
    and the ``Date`` header all follow it.
    """

    def __init__(self) -> None:
        self._moved_by = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._moved_by

    def milliseconds(self) -> int:
        """Return the time as Logto writes it outside of OIDC: milliseconds."""
        return int(self.now() * 1000)

    def http_date(self, later: float = 0) -> str:
        """Return the time, ``later`` seconds added, as HTTP headers have it."""
        return formatdate(self.now() + later, usegmt=True)

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``; a negative number moves back."""
        with self._lock:
            self._moved_by += seconds

    def set(self, moment: float) -> None:
        """Make it ``moment``, in seconds since the epoch."""
        with self._lock:
            self._moved_by = moment - time.time()

    def reset(self) -> None:
        """Be right again."""
        with self._lock:
            self._moved_by = 0.0
