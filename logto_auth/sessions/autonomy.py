"""Work whose statements commit at once, whatever transaction its caller is in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextvars import copy_context
from enum import Enum, auto
from typing import Any, TypeVar

from django.db import connections, router

from ..conf import logto_settings
from ..engine.deadline import deadline, remaining
from ..engine.mode import BLOCKING, Mode, run_blocking
from ..errors import ProviderTimeout
from ..models import LogtoSession
from .ledger import Ledger
from .unsaved import NewestLedger, UnsavedLedger

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


async def autonomously(
    mode: Mode,
    work: Callable[[Mode, Ledger], Coroutine[Any, Any, T]],
    *,
    later: list[Callable[[], None]],
    look: Callable[[Ledger], T | None] | None = None,
) -> T:
    """Return what ``work`` does where its statements are committed at once.

    Args:
        later: Where no transaction lets it: takes what is to be done after this one.
        look: Returns the same without writing anything, or None. It saves who is in a
            transaction a connection of their own.
    """
    # Also on a loop: a sync view may run one, and wait, in its transaction.
    around = await mode.call(surrounding)
    if around is Surrounding.TRANSACTION:
        found = await mode.call(look, NewestLedger()) if look is not None else None
        if found is not None:
            return found

        def refresh() -> T:
            return elsewhere(lambda: run_blocking(work(BLOCKING, NewestLedger())))

        with deadline(logto_settings.TIMEOUT):
            return await mode.call(refresh)
    if around is Surrounding.EXCLUSIVE:
        return await work(mode, UnsavedLedger(later.append))
    return await work(mode, NewestLedger())


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
