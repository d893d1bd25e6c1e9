"""Logto ends sessions here (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.db import IntegrityError, router, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.debug import sensitive_variables

from ..conf import BACKCHANNEL_LOGOUT_RATE, logto_settings
from ..engine.deadline import deadline
from ..engine.mode import Mode
from ..errors import (
    LogoutTokenInvalid,
    LogtoError,
    ProviderError,
    TokenInvalid,
    TooManySignIns,
)
from ..log import Event, log
from ..models import (
    EndedLogtoSession,
    LogtoSession,
    UsedLogoutToken,
    account_key,
    logto_session_key,
    on_primary,
)
from ..sessions.ending import end_sessions
from ..web.hybrid import HybridView
from ..web.rate_limit import check_rate
from .body import BodyUnusable, read_body

if TYPE_CHECKING:
    from ..engine.logout_token import LogoutToken

#: Twice what a token may have.
MAX_BYTES = 128 * 1024
MAX_FIELDS = 20
#: Logto waits for two and a half seconds, and tries only once.
KEYS_SECONDS = 1.5
_FORM = "application/x-www-form-urlencoded"


class BackchannelLogoutView(HybridView):
    """Where Logto sends logout tokens; ends the sessions that they name.

    No browser comes here: the token's signature says who does.
    """

    http_method_names = ["post"]
    checks_csrf = False

    @sensitive_variables()
    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Return 200 when the sessions have ended, also where there were none."""
        try:
            await check_rate(request, mode, BACKCHANNEL_LOGOUT_RATE)
            token = await _verified(mode, _sent_token(request))
            count = await mode.call(_end, token)
        except LogtoError as error:
            log(Event.LOGOUT_TOKEN_REFUSED, code=error.code, reason=error.reason)
            return _refusal(error)
        log(Event.LOGOUT_TOKEN_ACCEPTED, sessions=count)
        return HttpResponse()


def _refusal(error: LogtoError) -> HttpResponse:
    """Return 400, as 2.8 wants it also where Logto cannot be asked for its keys."""
    if isinstance(error, TooManySignIns):
        response = JsonResponse({"error": error.code}, status=error.status)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return JsonResponse({"error": "invalid_request"}, status=400)


@sensitive_variables()
def _sent_token(request: HttpRequest) -> str:
    if request.content_type != _FORM:
        raise LogoutTokenInvalid(reason="content_type")
    try:
        body = read_body(request, most=MAX_BYTES)
    except BodyUnusable as unusable:
        raise LogoutTokenInvalid(reason=str(unusable)) from None
    try:
        fields = parse_qsl(body.decode("ascii"), max_num_fields=MAX_FIELDS)
    except ValueError:
        raise LogoutTokenInvalid(reason="malformed_form") from None
    tokens = [value for name, value in fields if name == "logout_token"]
    if len(tokens) != 1:
        raise LogoutTokenInvalid(reason="malformed_form")
    return tokens[0]


@sensitive_variables()
async def _verified(mode: Mode, unverified_logout_token: str) -> LogoutToken:
    from ..engine.provider import current_provider

    try:
        with deadline(KEYS_SECONDS):
            return await current_provider().verify_logout_token(
                mode, unverified_logout_token, client_id=logto_settings.APP_ID
            )
    except TokenInvalid as error:
        raise LogoutTokenInvalid(reason=error.reason) from None
    except ProviderError as error:
        raise LogoutTokenInvalid(reason=error.code) from None


@sensitive_variables()
def _end(token: LogoutToken) -> int:
    """Note the session, end what was begun with it, and note the token, in this order.

    Should this process die between, the token can be sent again; and two copies that
    come at once end the same sessions. A sign-in that is under way writes its row and
    then asks whether its Logto session has ended, or its row is found here.
    """
    used = UsedLogoutToken(digest=_digest(token))
    if on_primary(UsedLogoutToken).filter(pk=used.pk).exists():
        raise LogoutTokenInvalid(reason="replayed")
    if token.sid:
        key = logto_session_key(token.issuer, token.sid)
        on_primary(EndedLogtoSession).get_or_create(pk=key)
    count = end_sessions(_sessions_of(token))
    try:
        with transaction.atomic(using=router.db_for_write(UsedLogoutToken)):
            used.save(force_insert=True)
    except IntegrityError:
        raise LogoutTokenInvalid(reason="replayed") from None
    return count


def _digest(token: LogoutToken) -> str:
    text = f"{token.issuer}\n{token.token_id}"  # neither holds a control character
    return hashlib.sha256(text.encode()).hexdigest()


def _sessions_of(token: LogoutToken) -> list[LogtoSession]:
    """Return the rows that the token is about: of its ``sid``, else of its ``sub``.

    Of a person whose sessions are from before Logto told a ``sid`` nobody knows which
    is meant: they end too.
    """
    rows = on_primary(LogtoSession).filter(account__issuer=token.issuer)
    if token.subject:
        rows = rows.filter(account__key=account_key(token.issuer, token.subject))
    if token.sid and token.subject:
        rows = rows.filter(sid__in=(token.sid, ""))
    elif token.sid:
        rows = rows.filter(sid=token.sid)
    rows = rows.select_related("account").defer("tokens", "claims", "account__userinfo")
    # Databases compare text as people read it: MariaDB finds "abc" for "ABC".
    return [
        row
        for row in rows
        if row.account is not None
        and row.account.issuer == token.issuer
        and (not token.sid or row.sid in (token.sid, ""))
    ]
