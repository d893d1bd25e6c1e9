"""How many calls may be made: Logto Cloud takes about 200 in 10 s of one tenant.

Each process keeps to that by itself. Several together are slowed down by Logto's own
429, which `caller` waits for.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from ..engine.deadline import remaining
from ..engine.mode import Mode
from ..errors import ProviderTimeout

MAX_CALLS = 190
WINDOW_SECONDS = 10.0


class Pacing:
    """Lets ``MAX_CALLS`` begin in any ``WINDOW_SECONDS``, and makes the rest wait."""

    def __init__(self) -> None:
        self._begun: deque[float] = deque()
        self.renew_lock()

    def renew_lock(self) -> None:
        """Forget who holds it: a forked child has not the parent's threads."""
        self._lock = threading.Lock()

    async def turn(self, mode: Mode) -> None:
        """Return when the next call may begin.

        Raises:
            ProviderTimeout: It may not before the deadline.
        """
        while seconds := self._take():
            left = remaining()
            if left is not None and seconds >= left:
                raise ProviderTimeout("Logto takes no more calls for now")
            await mode.sleep(seconds)

    def _take(self) -> float:
        """Note a call; or return the seconds after which there may be room."""
        with self._lock:
            now = time.monotonic()
            while self._begun and self._begun[0] <= now - WINDOW_SECONDS:
                self._begun.popleft()
            if len(self._begun) < MAX_CALLS:
                self._begun.append(now)
                return 0.0
            return self._begun[0] + WINDOW_SECONDS - now
