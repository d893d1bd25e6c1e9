"""Transactions that a database ended because each waited for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, router, transaction

from ..models import LogtoAccount

T = TypeVar("T")

# SQLSTATE, as psycopg tells it: serialization_failure and deadlock_detected.
_SQL_STATES = {"40001", "40P01"}
# ER_LOCK_DEADLOCK of MariaDB and MySQL.
_MYSQL_NUMBER = 1213


def in_transaction(work: Callable[[], T]) -> T:
    """Return what ``work`` does in a transaction; a deadlock makes it try once more.

    The database has undone the first try as a whole. Where that was a part of somebody
    else's transaction, all of it is undone, and theirs to try again.

    Raises:
        OperationalError: A deadlock again, or where it cannot be tried again.
    """
    using = router.db_for_write(LogtoAccount)
    is_part = transaction.get_connection(using).in_atomic_block
    try:
        with transaction.atomic(using=using):
            return work()
    except OperationalError as error:
        if is_part or not _is_deadlock(error):
            raise
    with transaction.atomic(using=using):
        return work()


def _is_deadlock(error: OperationalError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _SQL_STATES or error.args[:1] == (_MYSQL_NUMBER,)
