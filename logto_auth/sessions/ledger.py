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

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..models import LogtoSession, on_primary
from .ending import end_session_as_read
from .tokens import store_tokens

#: After so long a holder is taken for dead, and another request takes over.
LEASE_SECONDS = 2.0
#: Logto takes a refresh token that it has replaced for three seconds more, and later
#: revokes all that was granted. Who has not taken over by then waits until the holder,
#: who may be alive and hear from a slow Logto, has given up.
REUSE_SECONDS = 2.8


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
        if row.lease_until > now and row.held_since > now - logto_settings.TIMEOUT:
            return False  # an UPDATE would wait for others, whatever it finds
        until = round(now + LEASE_SECONDS, 3)
        is_free = Q(lease_until=0)
        has_given_up = Q(held_since__lt=now - logto_settings.TIMEOUT)
        is_in_time = Q(lease_until__lt=now, held_since__gt=now - REUSE_SECONDS)
        since = Case(
            When(is_free | has_given_up, then=Value(now)), default=F("held_since")
        )
        taken = (
            _as_read(row)
            .filter(is_free | has_given_up | is_in_time)
            .update(held_since=since, lease_until=until)
        )
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
        end_session_as_read(row)


def _as_read(row: LogtoSession) -> QuerySet[LogtoSession]:
    return LogtoSession.objects.filter(pk=row.pk, version=row.version)
