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
from .tokens import REFRESH_TOKEN, open_tokens, seal_tokens

#: So long others of this process may still see the row as it was before.
_REMEMBERED_SECONDS = 10


@dataclass(slots=True)
class _Unsaved:
    """What replaces the tokens of version ``version``; both sealed as in the row."""

    version: int
    replaced: bytes = field(repr=False)
    tokens: bytes = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)
    saved_at: float = 0

    @property
    def is_over(self) -> bool:
        return 0 < self.saved_at < time.monotonic() - _REMEMBERED_SECONDS


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

    def take(self, row: LogtoSession) -> bool:
        # Of whose work nothing is saved yet, if it is done.
        newer = _unsaved.get(row.pk)
        if newer is not None and not newer.saved_at:
            _save(row.pk)
            return False
        return not _is_held(row) and super().take(row)


class UnsavedLedger(NewestLedger):
    """The same from inside a transaction, which keeps everything from being saved.

    Args:
        later: Takes what is to be done when the transaction is over.
    """

    def __init__(self, later: Callable[[Callable[[], None]], object]) -> None:
        self._later = later

    def take(self, row: LogtoSession) -> bool:
        with _lock:
            if _is_held(row):
                return False
            _held_until[row.pk] = time.monotonic() + LEASE_SECONDS
        return True

    def free(self, row: LogtoSession) -> None:
        with _lock:
            _held_until.pop(row.pk, None)

    @sensitive_variables()
    def store(
        self, row: LogtoSession, tokens: Mapping[str, str], **fields: Any
    ) -> bool:
        for row_id in [key for key, old in list(_unsaved.items()) if old.is_over]:
            _unsaved.pop(row_id, None)
        known = _unsaved.get(row.pk)
        is_another = known is None or known.saved_at or known.version != row.version
        replaced = bytes(row.tokens) if is_another else known.replaced  # type: ignore[union-attr]
        sealed = seal_tokens(row.pk, tokens)
        _unsaved[row.pk] = _Unsaved(row.version, replaced, sealed, fields)
        self._later(partial(_save, row.pk))
        self.free(row)
        return True

    def end(self, row: LogtoSession) -> None:
        self._later(partial(super().end, row))
        self.free(row)


def _is_held(row: LogtoSession) -> bool:
    return _held_until.get(row.pk, 0) > time.monotonic()


@sensitive_variables()
def _save(row_id: UUID) -> None:
    """Write what was kept for a row, unless somebody else has replaced the same."""
    newer = _unsaved.get(row_id)
    if newer is None or newer.saved_at:
        return
    try:
        is_saved = _saved(row_id, newer)
    except DatabaseError as error:
        log(Event.TOKENS_LOST, cause=type(error).__name__)
        return  # whoever looks for them next in this process tries again
    newer.saved_at = time.monotonic()
    if not is_saved:
        log(Event.TOKENS_LOST, cause="replaced")


@sensitive_variables()
def _saved(row_id: UUID, newer: _Unsaved) -> bool:
    ledger = RowLedger()
    row = ledger.find(row_id)
    if row is None:
        return True  # the session has ended, and they with it
    if row.version == newer.version:
        row.tokens = newer.tokens
        return ledger.store(row, open_tokens(row), **newer.fields)
    # Others have stored theirs: they are newer where they have another refresh token
    # than the one that was replaced here.
    theirs = open_tokens(row)
    row.tokens = newer.replaced
    replaced = open_tokens(row)
    row.tokens = newer.tokens
    ours = open_tokens(row)
    if theirs.get(REFRESH_TOKEN) != replaced.get(REFRESH_TOKEN):
        return ours.get(REFRESH_TOKEN) in (
            replaced.get(REFRESH_TOKEN),
            theirs.get(REFRESH_TOKEN),
        )
    return ledger.store(row, {**theirs, **ours}, **newer.fields)
