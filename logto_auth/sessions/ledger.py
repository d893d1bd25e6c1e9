"""Where the tokens of a session are read and replaced: its row, one holder at a time.

A holder has the row for two seconds, by a lease and a version on it and never by a
transaction: who dies keeps the others waiting for that long only. Every statement has
to be committed at once, so that no view that fails later takes a rotated refresh token
back; see `autonomy`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from ..models import LogtoSession, on_primary
from .access_tokens import KEY
from .ending import end_sessions
from .tokens import open_tokens, store_tokens

#: Logto takes a refresh token that it has replaced for three seconds more: whoever
#: takes over from a holder that has died is still in time.
LEASE_SECONDS = 2.0


class Ledger(Protocol):
    """How the tokens of sessions are read and replaced."""

    def find(self, row_id: UUID) -> LogtoSession | None:
        """Return the row as it is now."""

    def take(self, row: LogtoSession) -> bool:
        """Become the holder, unless there is one or the row is not as it was read."""

    def free(self, row: LogtoSession) -> None:
        """Let others become the holder."""

    def store(
        self, row: LogtoSession, tokens: Mapping[str, str], **fields: Any
    ) -> bool:
        """Replace the tokens and be the holder no more; False when others did it."""

    def end(self, row: LogtoSession) -> None:
        """End the session, unless it got other tokens since the row was read."""


class RowLedger:
    """The database's row itself; every statement commits by itself."""

    def find(self, row_id: UUID) -> LogtoSession | None:
        return on_primary(LogtoSession).filter(pk=row_id).first()

    def take(self, row: LogtoSession) -> bool:
        now = time.time()
        until = round(now + LEASE_SECONDS, 3)
        taken = _as_read(row).filter(lease_until__lt=now).update(lease_until=until)
        if taken:
            row.lease_until = until
        return bool(taken)

    def free(self, row: LogtoSession) -> None:
        _as_read(row).filter(lease_until=row.lease_until).update(lease_until=0)

    @sensitive_variables()
    def store(
        self, row: LogtoSession, tokens: Mapping[str, str], **fields: Any
    ) -> bool:
        return store_tokens(row, tokens, lease_until=0, **fields)

    def end(self, row: LogtoSession) -> None:
        end_sessions(_as_read(row))


def _as_read(row: LogtoSession) -> QuerySet[LogtoSession]:
    return LogtoSession.objects.filter(pk=row.pk, version=row.version)


@sensitive_variables()
def forget_access_tokens(ledger: Ledger, row_id: UUID) -> None:
    """Forget the access tokens of a row, so that the next one asked for is new."""
    while (row := ledger.find(row_id)) is not None:
        tokens = open_tokens(row)
        if tokens.pop(KEY, None) is None or ledger.store(row, tokens):
            return
