"""Completing a sign-in: account, session, row; one plain function.

Every statement commits by itself or in the short transaction that creates a user;
none is held over HTTP, and no transaction reads before it writes.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY, authenticate
from django.contrib.auth import login as auth_login
from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from ..accounts.userinfo import storable
from ..backends import backend_path
from ..errors import AccountInactive, AccountNotCreated
from ..log import Event, log
from ..models import LogtoAccount, LogtoSession, on_primary
from ..sessions.record import RECORD_KEY, SessionRecord, settled_key, split_claims
from .attachment import BEGIN_ATTRIBUTE, replace_logto
from .request import user_id

if TYPE_CHECKING:
    from ..engine.sdk import Grant


def complete_sign_in(request: HttpRequest, grant: Grant) -> LogtoAccount:
    """Sign the grant's user in to this session and keep the tokens.

    If the session is already this user's, it is not cycled again, which would void the
    forms of the other tabs: its row is updated.

    Raises:
        AccountInactive: The user has ``is_active=False``.
        AccountNotCreated: There is no user, or it vanished meanwhile.
        ConfigurationError: `LogtoBackend` is not in ``AUTHENTICATION_BACKENDS``.
    """
    from ..accounts.resolution import resolve_account

    account = resolve_account(grant.claims, grant.userinfo)
    user = authenticate(request, logto_account=account)
    if user is None:
        backend_path()
        raise AccountInactive()
    try:
        _sign_in(request, user, account, grant)
    except DatabaseError:
        if on_primary(LogtoAccount).filter(pk=account.pk).exists():
            raise
        request.session.flush()
        raise AccountNotCreated(reason="deleted") from None
    log(Event.SIGNED_IN, user=user.pk, account=account.key[:12])
    return account


def _sign_in(
    request: HttpRequest, user: Any, account: LogtoAccount, grant: Grant
) -> None:
    session = request.session
    old = SessionRecord.load(session.get(RECORD_KEY))
    if SESSION_KEY in session and _is_signed_in(request, user):
        _keep(request, user, account, grant, old)
        replace_logto(request, request.user)
        return

    def begin() -> None:
        _keep(request, user, account, grant, None)

    request.__dict__[BEGIN_ATTRIBUTE] = begin
    auth_login(request, user)
    if old is not None:
        LogtoSession.objects.filter(pk=old.row_id).delete()


def _is_signed_in(request: HttpRequest, user: Any) -> bool:
    return bool(request.user.is_authenticated and request.user.pk == user.pk)


def _keep(
    request: HttpRequest,
    user: Any,
    account: LogtoAccount,
    grant: Grant,
    known: SessionRecord | None,
) -> None:
    """Write the row, the known one or a new one, and the record that names it."""
    from ..sessions.tokens import seal_tokens

    session = request.session
    row_id = known.row_id if known is not None else uuid.uuid4()
    small, large = split_claims(grant.claims)
    fields = {
        "account": account,
        "sid": str(grant.claims.get("sid", ""))[:255],
        "session_key": settled_key(session),
        "tokens": seal_tokens(row_id, grant.tokens),
        "claims": storable(large),
        "updated_at": timezone.now(),
    }
    rows = LogtoSession.objects.filter(pk=row_id)
    if known is None or not rows.update(**fields, version=F("version") + 1):
        LogtoSession.objects.create(id=row_id, **fields)
    SessionRecord(row_id, user_id(user), small, tuple(large)).store(session)
