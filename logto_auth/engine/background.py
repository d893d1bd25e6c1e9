"""Work for which no visitor waits: in a thread of its own, once at a time.

It needs no event loop and holds none up. Who forks gets no thread along, and may begin
anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connections

from ..errors import LogtoError
from ..log import Event, log

# Between two beginnings, however the first ended.
COOLDOWN_SECONDS = 30


class Background:
    """One kind of work.

    Args:
        name: What it is, for the log and the thread.
        work: Does it; a `LogtoError` that it raises is logged.
    """

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self.name = name
        self.work = work
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was begun: a forked child has not the parent's threads."""
        self._underway = threading.Lock()
        self._thread: threading.Thread | None = None
        self._no_start_before = 0.0

    @property
    def may_start(self) -> bool:
        """Whether `start` would do anything."""
        return time.monotonic() >= self._no_start_before

    def start(self) -> None:
        """Have it done, unless it is being done or was begun a moment ago."""
        underway = self._underway
        if not self.may_start or not underway.acquire(blocking=False):
            return
        self._no_start_before = time.monotonic() + COOLDOWN_SECONDS
        self._thread = threading.Thread(
            target=self._run, args=(underway,), name=f"logto {self.name}", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:  # the process ends, or may have no more threads
            log(Event.BACKGROUND_FAILED, work=self.name, code=type(error).__name__)
            underway.release()

    def wait(self, seconds: float) -> None:
        """Let what was begun end, for tests."""
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self, underway: threading.Lock) -> None:
        try:
            self.work()
        except LogtoError as error:
            log(
                Event.BACKGROUND_FAILED,
                work=self.name,
                code=error.code,
                reason=error.reason,
            )
        finally:
            underway.release()
            # Of this thread alone: a cache may be in the database.
            connections.close_all()
