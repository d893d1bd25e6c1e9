"""Completing a sign-in: account, session, row, the site's hooks; one plain function.

Every statement commits by itself or in the short transaction that creates a user;
none is held over HTTP, and no transaction reads before it writes.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, authenticate, get_user, load_backend
from django.contrib.auth import login as auth_login
from django.contrib.auth import logout as auth_logout
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from ..backends import backend_path
from ..conf import logto_settings
from ..errors import (
    AccountInactive,
    AccountNotCreated,
    ConnectingUserChanged,
    SignInRequired,
)
from ..hooks import Hooks, hooks_for
from ..log import Event, log
from ..models import (
    EndedLogtoSession,
    LogtoAccount,
    LogtoSession,
    logto_session_key,
    on_primary,
)
from ..sessions.record import (
    PROTOCOL_CLAIMS,
    RECORD_KEY,
    SessionRecord,
    settled_key,
    split_claims,
    stored_key,
)
from ..signals import account_connected, signed_in
from ..storable import storable
from .attachment import BEGIN_ATTRIBUTE, replace_logto
from .next_url import after_sign_in, is_safe
from .request import user_id

if TYPE_CHECKING:
    from ..engine.sdk import Grant

# What somebody may do; what is signed decides, as it does for ``request.logto``.
RIGHTS_CLAIMS = frozenset({"organization_roles", "organizations", "roles"})
# And what says of each that it is verified (OIDC Core, 5.1).
VERIFIED_CLAIMS = {
    "email": "email_verified",
    "phone_number": "phone_number_verified",
}


def complete_sign_in(
    request: HttpRequest, grant: Grant, next_url: str = "", owner_id: str = ""
) -> str:
    """Sign the grant's user in to this session and keep the tokens.

    If the session is already this user's, it is not cycled again, which would void the
    forms of the other tabs: its row is updated. So it is of a local user who connects
    an account: they may nothing now that they might not before.

    Args:
        owner_id: Who has asked to connect the account, else empty.

    Returns:
        ``next_url``, or where the site's hooks send the visitor instead.

    Raises:
        SignInNotAllowed: The site says no.
        AccountInactive: The user has ``is_active=False``.
        AccountNotCreated: There is no user, or it vanished meanwhile.
        AccountNotUpdated: The database refuses what the site wants to know of the user.
        AccountConnectedElsewhere: It is to be connected and signs in somebody else.
        ConnectingUserChanged: Its owner is not signed in any more.
        SignInRequired: Logto has ended its session meanwhile.
        ConfigurationError: `LogtoBackend` is not in ``AUTHENTICATION_BACKENDS``, or
            ``HOOKS`` is wrong.
    """
    from ..accounts.suspension import is_let_in

    if not owner_id:
        _leave_ended_session(request.session)
    hooks = hooks_for(request, storable(_told(grant)))
    account, is_new = _account(request, grant, hooks, owner_id)
    try:
        user = _authenticated(request, account)
        _sign_in(request, user, account, grant)
        if not is_let_in(account):
            auth_logout(request)
            raise AccountInactive()
    except DatabaseError:
        if on_primary(LogtoAccount).filter(pk=account.pk).exists():
            raise
        if not owner_id:
            request.session.flush()
        raise AccountNotCreated(reason="deleted") from None
    _stay_only_if_logto_does(request, grant)
    target = after_sign_in(request, next_url)
    try:
        wished = hooks.after_sign_in(user, account, is_new=is_new, next_url=target)
        url = resolve_url(wished) if wished else ""
    except Exception:
        # Or an error page would be shown to somebody who is signed in all the same.
        if not owner_id:
            auth_logout(request)
        raise
    log(Event.SIGNED_IN, user=user.pk, account=account.key[:12])
    signed_in.send_robust(
        LogtoAccount, request=request, user=user, account=account, is_new=is_new
    )
    if owner_id:
        text = _("Your Logto account is connected.")
        messages.success(request, text, fail_silently=True)
    return url if is_safe(request, url) else next_url


def _stay_only_if_logto_does(request: HttpRequest, grant: Grant) -> None:
    """Take the sign-in back if its Logto session has ended while it was under way."""
    sid = str(grant.claims.get("sid", ""))
    if not sid:
        return
    key = logto_session_key(grant.claims.issuer, sid)
    if on_primary(EndedLogtoSession).filter(pk=key).exists():
        auth_logout(request)
        raise SignInRequired(reason="session_ended")


def _account(
    request: HttpRequest, grant: Grant, hooks: Hooks, owner_id: str
) -> tuple[LogtoAccount, bool]:
    """Return the account, and whether its user is new."""
    if not owner_id:
        from ..accounts.resolution import resolve_account

        return resolve_account(grant.claims, grant.userinfo, hooks)
    from ..accounts.connecting import connect_account

    owner = _owner(request, owner_id)
    account, is_new = connect_account(grant.claims, grant.userinfo, hooks, owner)
    if is_new:
        account_connected.send_robust(
            LogtoAccount, request=request, user=owner, account=account
        )
        if account.pk is None:  # a receiver has deleted it
            raise AccountNotCreated(reason="deleted")
    return account, False


def _owner(request: HttpRequest, owner_id: str) -> Any:
    """Return who connects the account, read again: Logto was asked meanwhile."""
    owner: Any = get_user(request)
    if not owner.is_authenticated or user_id(owner) != owner_id:
        raise ConnectingUserChanged()
    if _has_ended(request.session):
        raise ConnectingUserChanged(reason="session_ended")
    # Some sites sign in inactive users by a backend of theirs.
    backend: Any = load_backend(backend_path())
    if not backend.user_can_authenticate(owner):
        raise AccountInactive()
    return owner


def _has_ended(session: SessionBase) -> bool:
    """Tell whether the session was deleted while Logto was asked.

    As when another tab has signed out, or in as somebody else.
    """
    key = stored_key(session)
    return bool(key) and not session.exists(key)


def _leave_ended_session(session: SessionBase) -> None:
    """Begin anew if the session has ended: what it held must not come back."""
    if SESSION_KEY not in session or not _has_ended(session):
        return
    record = SessionRecord.load(session.get(RECORD_KEY))
    session.flush()
    if record is not None:
        LogtoSession.objects.filter(pk=record.row_id).delete()


def _told(grant: Grant) -> dict[str, Any]:
    """Return what Logto tells: userinfo is the newer, the ID token the verified one."""
    # In what is of the sign-in, userinfo has no say.
    decided = PROTOCOL_CLAIMS | (RIGHTS_CLAIMS & grant.claims.keys())
    claims = dict(grant.claims)
    newer = {
        name: value for name, value in grant.userinfo.items() if name not in decided
    }
    for name, verified in VERIFIED_CLAIMS.items():
        # What one says is verified is not the address of the other.
        (claims if name in newer else newer).pop(verified, None)
    return {**claims, **newer}


def _authenticated(request: HttpRequest, account: LogtoAccount) -> Any:
    user = authenticate(request, logto_account=account)
    if user is None:
        backend_path()
        raise AccountInactive()
    return user


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
        "sid": storable(str(grant.claims.get("sid", ""))[:255]),
        "session_key": settled_key(session),
        "tokens": seal_tokens(row_id, grant.tokens),
        "claims": storable(large),
        "updated_at": timezone.now(),
    }
    rows = LogtoSession.objects.filter(pk=row_id)
    if known is None or not rows.update(**fields, version=F("version") + 1):
        LogtoSession.objects.create(id=row_id, **fields)
    SessionRecord(
        row_id,
        user_id(user),
        small,
        tuple(large),
        missing_scopes=grant.missing_scopes,
        checked_at=int(time.time()) if logto_settings.RECHECK_SECONDS else 0,
    ).store(session)
