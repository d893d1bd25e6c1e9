"""Signing out here and at Logto (OIDC RP-Initiated Logout 1.0)."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout as auth_logout
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.deadline import deadline
from ..engine.mode import Mode
from ..errors import (
    ProviderError,
    SealBroken,
    SignOutStateInvalid,
    SignOutUriUnregistered,
)
from ..log import Event, log
from ..models import LogtoSession, on_primary
from ..sessions.record import RECORD_KEY, SessionRecord
from .everywhere import end_all, revoke_all
from .origin import SIGNED_OUT, absolute_uri
from .pages import error_page

if TYPE_CHECKING:
    from ..engine.sdk import LogtoSdkClient

COOKIE_NAME = "logto_sign_out"
COOKIE_SECONDS = 3600
_PURPOSE = "sign_out"


@sensitive_variables()
def end_local_session(
    request: HttpRequest, *, everywhere: bool = False
) -> tuple[bool, list[str]]:
    """End the Django session; with it go its tokens, see `attachment`.

    Args:
        everywhere: End those of the same account in all other browsers too.

    Returns:
        Whether Logto has a part in it, also because it could not be told the last time;
        and the refresh tokens, this browser's first.
    """
    record = SessionRecord.load(request.session.get(RECORD_KEY))
    rows: list[LogtoSession] = []
    if record is not None:
        rows = list(on_primary(LogtoSession).filter(pk=record.row_id))
    uses_logto = record is not None or is_under_way(request)
    account_id = rows[0].account_id if rows else None
    if everywhere and account_id is not None:
        others = on_primary(LogtoSession).filter(account_id=account_id)
        rows += others.exclude(pk=rows[0].pk)
    auth_logout(request)
    count, tokens = end_all(rows)
    if len(rows) > 1:
        log(Event.SESSION_ENDED, reason="everywhere", count=count + 1)
    return uses_logto, tokens


def is_under_way(request: HttpRequest) -> bool:
    """Tell whether who is signed out here may not be so at Logto yet."""
    return bool(request.COOKIES.get(COOKIE_NAME)) and not request.user.is_authenticated


@sensitive_variables()
async def end_logto_session(
    request: HttpRequest, mode: Mode, *, refresh_tokens: list[str], state: str
) -> tuple[str, ProviderError | None]:
    """Revoke the grant and find out where Logto's session ends.

    Signing out at Logto leaves grants with ``offline_access`` alive, so the refresh
    tokens are revoked here. Neither can keep the local session alive: it has ended.

    Returns:
        Logto's sign-out address, empty when it is not to be had; and the error to tell
        the visitor instead of sending them there, else None.

    Raises:
        ProviderError: Logto would keep the visitor; found with ``DEBUG`` only.
    """
    from ..engine.sdk import LogtoSdkClient

    client, uri = LogtoSdkClient(mode), absolute_uri(request, SIGNED_OUT)
    with deadline(logto_settings.TIMEOUT):
        # Nobody else has the refresh token any more: it is revoked though they leave.
        url, error = await mode.shield(
            _tell_logto(client, mode, refresh_tokens, uri, state),
            when_abandoned=close_old_connections,
        )
        if error is None and settings.DEBUG:
            from .rehearsal import rehearse_sign_out

            await rehearse_sign_out(mode, uri)
    if error is None:
        log(Event.SIGNED_OUT)
    return url, error


@sensitive_variables()
async def _tell_logto(
    client: LogtoSdkClient, mode: Mode, tokens: list[str], uri: str, state: str
) -> tuple[str, ProviderError | None]:
    try:
        url = await client.end_session_url(uri, state)
    except ProviderError as error:
        return "", error
    try:
        await revoke_all(mode, tokens)
    except ProviderError as error:
        return url, error
    return url, None


def incomplete_page(
    request: HttpRequest, error: ProviderError, retry_url: str
) -> HttpResponse:
    """Tell who is signed out here that Logto could not be told, and where to do so."""
    return error_page(
        request,
        error,
        event=Event.SIGN_OUT_INCOMPLETE,
        title=SignOutUriUnregistered.title,
        message=_(
            "The sign-in service cannot be reached just now and may still know you in "
            "this browser. If others use this device, try again in a moment, or delete "
            "the cookies of this browser."
        ),
        retry_url=retry_url,
    )


def new_state() -> str:
    """Return a ``state`` for a sign-out."""
    return secrets.token_urlsafe(16)


def store_state(
    request: HttpRequest, response: HttpResponseBase, state: str, next_url: str
) -> None:
    """Keep ``state`` and where to go afterwards in a sealed cookie for an hour."""
    from ..engine.crypto import seal

    sealed = seal(f"{state}\0{next_url}".encode(), purpose=_PURPOSE)
    response.set_cookie(
        COOKIE_NAME,
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=COOKIE_SECONDS,
        secure=absolute_uri(request, SIGNED_OUT).startswith("https:"),
        httponly=True,
        samesite="Lax",
    )


def returned_next(request: HttpRequest, query: QueryDict | None) -> str | None:
    """Return where to go after the sign-out that ``state`` belongs to, maybe empty.

    None when this browser has no sign-out under way on this host, as when somebody
    opens the page by hand.

    Args:
        query: With ``state``; None when it could not be read.

    Raises:
        SignOutStateInvalid: The state is not the one that was sent.
    """
    from ..engine.crypto import unseal

    state = None if query is None else query.get("state")
    if state is None:
        return None
    if COOKIE_NAME not in request.COOKIES:
        return None
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES[COOKIE_NAME])
        sent, next_url = unseal(sealed, purpose=_PURPOSE).decode().split("\0", 1)
    except (SealBroken, ValueError):
        raise SignOutStateInvalid() from None
    if not constant_time_compare(sent, state):
        raise SignOutStateInvalid()
    return next_url
