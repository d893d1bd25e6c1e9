"""Tokens in their row: sealed, versioned, never in the session blob."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from ..engine.crypto import resealed, seal, unseal
from ..errors import SealBroken
from ..models import LogtoSession
from .record import SessionRecord, stored_key

#: What tokens are called, as in the SDK.
REFRESH_TOKEN, ID_TOKEN = "refreshToken", "idToken"
_PURPOSE = "tokens"


@sensitive_variables()
def seal_tokens(row_id: UUID, tokens: Mapping[str, str]) -> bytes:
    """Seal tokens so that only the row ``row_id`` can hold them."""
    plain = json.dumps(dict(tokens)).encode()
    return seal(plain, purpose=_PURPOSE, context=row_id.bytes)


@sensitive_variables()
def open_tokens(row: LogtoSession) -> dict[str, str]:
    """Return the tokens of a row, none when they cannot be read any more.

    Unreadable tokens (a lost key, an altered row) mean "sign in again", never a 500.
    """
    try:
        plain = unseal(bytes(row.tokens), purpose=_PURPOSE, context=row.id.bytes)
        tokens: dict[str, str] = json.loads(plain)
    except (SealBroken, ValueError):
        return {}
    return tokens


@sensitive_variables()
def store_tokens(row: LogtoSession, tokens: Mapping[str, str], **fields: Any) -> bool:
    """Replace the tokens of a row; False when somebody else did since it was read.

    One UPDATE. ``fields`` are other columns to set with it.
    """
    updated = LogtoSession.objects.filter(pk=row.pk, version=row.version).update(
        tokens=seal_tokens(row.id, tokens),
        version=F("version") + 1,
        updated_at=timezone.now(),
        **fields,
    )
    return updated == 1


def reseal_tokens(row: LogtoSession, *, writes: bool = True) -> bool:
    """Seal the tokens of a row with ``SECRET_KEY``; False when they are so already.

    One UPDATE, which leaves the version as it is: who refreshes the tokens meanwhile
    wins, and seals them so too.

    Args:
        writes: Off only to know what would be done.

    Raises:
        SealBroken: They cannot be read.
    """
    sealed = resealed(bytes(row.tokens), purpose=_PURPOSE, context=row.id.bytes)
    if sealed is None:
        return False
    if writes:
        rows = LogtoSession.objects.filter(pk=row.pk, version=row.version)
        rows.update(tokens=sealed)
    return True


def follow_session_key(session: SessionBase, record: SessionRecord) -> bool:
    """Note the new key of a session in its row, and in the record that it did.

    Returns:
        Whether there is a row.
    """
    is_there = LogtoSession.objects.filter(pk=record.row_id).update(
        session_key=stored_key(session)
    )
    if is_there:
        record.store(session)
    return bool(is_there)
