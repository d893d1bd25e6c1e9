"""Work whose statements commit at once, whatever transaction its caller is in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from enum import Enum, auto
from typing import TypeVar

from django.db import connections, router

from ..engine.deadline import remaining
from ..errors import ProviderTimeout
from ..models import LogtoSession

T = TypeVar("T")


class Surrounding(Enum):
    """What a statement of this thread would become a part of."""

    NOTHING = auto()
    #: A transaction beside which another connection can write.
    TRANSACTION = auto()
    #: One beside which nobody can, or whose data nobody else sees.
    EXCLUSIVE = auto()


def surrounding() -> Surrounding:
    """Tell what transaction this thread is in, where sessions are written.

    That of Django's ``TestCase`` counts as none, or no test could store anything.
    """
    connection = connections[router.db_for_write(LogtoSession)]
    blocks = [
        getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
    ]
    if all(blocks) and (blocks or connection.get_autocommit()):
        return Surrounding.NOTHING
    if any(blocks) or connection.vendor == "sqlite":
        return Surrounding.EXCLUSIVE
    return Surrounding.TRANSACTION


def committed_at_once(work: Callable[[], T]) -> T:
    """Do ``work`` so that others see what it writes, as far as the database lets it."""
    if surrounding() is Surrounding.TRANSACTION:
        return elsewhere(work)
    return work()


def elsewhere(work: Callable[[], T]) -> T:
    """Do ``work`` in a thread of its own, with connections of its own.

    Raises:
        ProviderTimeout: The deadline has passed. The work goes on until it ends: it may
            wait for a row that the caller's own transaction has locked.
    """
    future: Future[T] = Future()
    context = copy_context()

    def run() -> None:
        try:
            future.set_result(context.run(work))
        except BaseException as error:  # noqa: BLE001 - for who waits
            future.set_exception(error)
        finally:
            connections.close_all()

    threading.Thread(target=run, name="logto tokens", daemon=True).start()
    try:
        return future.result(remaining())
    except TimeoutError:
        if future.done():
            raise
        raise ProviderTimeout("another transaction holds the session") from None
