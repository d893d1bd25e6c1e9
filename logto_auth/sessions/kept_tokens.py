"""What the row of a session has, without anybody asking Logto."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.views.decorators.debug import sensitive_variables

from ..errors import SignInRequired
from ..models import LogtoSession
from .access_tokens import AccessToken, Wanted, find_token
from .ledger import Ledger
from .tokens import REFRESH_TOKEN, open_tokens


@dataclass(frozen=True, slots=True)
class Obtained:
    """An access token, and the claims of the row: all of them once it was renewed."""

    value: str = field(repr=False)
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as it was read; ``token`` is what may be used of it, None for nothing."""

    row: LogtoSession
    tokens: Mapping[str, str] = field(repr=False)
    token: AccessToken | None

    @property
    def is_enough(self) -> bool:
        """Whether there is no better one, or no need for it."""
        if self.token is None:
            return False
        return self.token.is_fresh or REFRESH_TOKEN not in self.tokens

    @property
    def obtained(self) -> Obtained | None:
        if self.token is None:
            return None
        return Obtained(self.token.value, self.row.claims)


@sensitive_variables()
def seen_in(row: LogtoSession | None, wanted: Wanted, not_before: float) -> Seen:
    """Return what a row has for somebody.

    Raises:
        SignInRequired: It has neither a token nor what brings one.
    """
    if row is None:
        raise SignInRequired(reason="session_ended")
    tokens = open_tokens(row)
    token = find_token(tokens, wanted)
    if token is not None and (not token.is_valid or token.obtained_at < not_before):
        token = None
    if token is None and REFRESH_TOKEN not in tokens:
        reason = "no_refresh_token" if tokens else "tokens_unreadable"
        raise SignInRequired(reason=reason)
    return Seen(row, tokens, token)


@sensitive_variables()
def kept(
    ledger: Ledger, row_id: UUID, wanted: Wanted, *, not_before: float = 0
) -> Obtained | None:
    """Return what `refreshing.obtain` would of the row alone, None if it would do more.

    From inside a transaction, whose picture of the row may be an old one.
    """
    with suppress(SignInRequired):
        seen = seen_in(ledger.find(row_id), wanted, not_before)
        return seen.obtained if seen.is_enough else None
    return None
