"""Tokens that cannot be saved yet, because a transaction has the database to itself.

On SQLite nobody can write while another connection is in a transaction, and what is
written inside it is lost when it fails. So they stay in this process, where its other
threads find them, until the view has returned and with it the transaction.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.views.decorators.debug import sensitive_variables

from ..log import Event, log
from ..models import LogtoSession
from .ledger import LEASE_SECONDS, RowLedger
from .tokens import open_tokens, seal_tokens


@dataclass(frozen=True, slots=True)
class _Unsaved:
    """What is to replace the tokens of version ``version``; sealed as in the row."""

    version: int
    tokens: bytes = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)


_unsaved: dict[UUID, _Unsaved] = {}
_held_until: dict[UUID, float] = {}
_lock = threading.Lock()


class NewestLedger(RowLedger):
    """The row and, before it, what this process has not saved yet."""

    def find(self, row_id: UUID) -> LogtoSession | None:
        row = super().find(row_id)
        newer = _unsaved.get(row_id)
        if row is not None and newer is not None and newer.version == row.version:
            row.tokens = newer.tokens
            for name, value in newer.fields.items():
                setattr(row, name, value)
        return row


class UnsavedLedger(NewestLedger):
    """The same from inside a transaction, which keeps everything from being saved.

    Args:
        later: Takes what is to be done when the transaction is over.
    """

    def __init__(self, later: Callable[[Callable[[], None]], object]) -> None:
        self._later = later

    def take(self, row: LogtoSession) -> bool:
        now = time.monotonic()
        with _lock:
            if _held_until.get(row.pk, 0) > now:
                return False
            _held_until[row.pk] = now + LEASE_SECONDS
        return True

    def free(self, row: LogtoSession) -> None:
        with _lock:
            _held_until.pop(row.pk, None)

    @sensitive_variables()
    def store(
        self, row: LogtoSession, tokens: Mapping[str, str], **fields: Any
    ) -> bool:
        _unsaved[row.pk] = _Unsaved(row.version, seal_tokens(row.pk, tokens), fields)
        self._later(partial(_save, row))
        self.free(row)
        return True

    def end(self, row: LogtoSession) -> None:
        self._later(partial(super().end, row))
        self.free(row)


@sensitive_variables()
def _save(row: LogtoSession) -> None:
    """Write what was kept for the row, unless somebody else has replaced it since."""
    newer = _unsaved.get(row.pk)
    if newer is None:
        return
    row.tokens = newer.tokens
    try:
        RowLedger().store(row, open_tokens(row), **newer.fields)
    except DatabaseError as error:
        log(Event.TOKENS_LOST, cause=type(error).__name__)
    finally:
        if _unsaved.get(row.pk) is newer:
            del _unsaved[row.pk]
