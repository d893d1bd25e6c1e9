"""The redirect URI: every way in which a visitor can come back from Logto.

The table of cases is in ``docs/callback.md``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.debug import sensitive_variables

from ..conf import CALLBACK_RATE, logto_settings
from ..engine.deadline import deadline
from ..engine.mode import Mode
from ..errors import (
    AttemptUsed,
    LogtoError,
    TooManySignIns,
)
from ..log import Event
from .authorization_response import Parameters, check_response, parameters_of
from .completion import complete_sign_in
from .connect import check_owner
from .last_provider import remember_provider, used_provider
from .loop import check_session_kept, count_round, count_round_without_session
from .next_url import after_sign_in
from .origin import CONNECT, SIGN_IN, view_url
from .pages import error_page, leave_page, page
from .rate_limit import check_rate
from .scopes import tell_missing_scopes
from .secret_query import SecretQueryView
from .sign_in import sign_in_response
from .templates import NOT_FINISHED_TEMPLATE
from .turns import let_others_go

if TYPE_CHECKING:
    from ..sessions.attempts import Attempt

RETURN_MARKER = "logto_return"
_BOUNCE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


class CallbackView(SecretQueryView):
    """Where Logto returns to. GET only; HEAD and OPTIONS do nothing."""

    http_method_names = ["get"]
    failure = Event.SIGN_IN_FAILED

    async def answer(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Return the response; tabs that wait for this one learn that it is back."""
        response = await super().answer(request, mode)
        if not self._came_without_session(request):
            let_others_go(request, response)
        return response

    @sensitive_variables()
    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Finish the attempt that ``state`` names, and no other."""
        if self.query and self._came_without_session(request):
            return await mode.call(_bounce_page, request, self.query)
        if self.query is not None and not self.query:
            return await mode.call(page, request, NOT_FINISHED_TEMPLATE)
        from ..sessions.attempts import open_attempt

        parameters = parameters_of(self.query)
        attempt = open_attempt(request.COOKIES, parameters.get("state", ""))
        try:
            await check_rate(request, mode, CALLBACK_RATE)
            if attempt.owner_id:
                await mode.call(check_owner, request, attempt.owner_id)
            if attempt.is_completed:
                return await _answer_used(request, mode, attempt)
            await check_response(request, mode, parameters, attempt)
            return await _finish(request, mode, parameters, attempt)
        except LogtoError as error:
            response = await mode.call(
                error_page,
                request,
                error,
                next_url=attempt.next_url,
                view=CONNECT if attempt.owner_id else SIGN_IN,
            )
            if not isinstance(error, TooManySignIns):  # which may come again
                response.delete_cookie(attempt.cookie_name, samesite="Lax")
            return response

    def _came_without_session(self, request: HttpRequest) -> bool:
        """Tell whether a Strict session cookie was held back by the browser."""
        return (
            settings.SESSION_COOKIE_SAMESITE == "Strict"
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and self.query is not None
            and RETURN_MARKER not in self.query
            and "state" in self.query
        )


@sensitive_variables()
def _bounce_page(request: HttpRequest, query: QueryDict) -> HttpResponseBase:
    """Come again from a page of this site: then a Strict cookie is sent."""
    again = query.copy()
    again[RETURN_MARKER] = "1"
    response = leave_page(request, f"{request.path}?{again.urlencode()}")
    # The code is on it, so that nothing may run there, whatever the site's pages load.
    response.headers["Content-Security-Policy"] = _BOUNCE_POLICY
    return response


@sensitive_variables()
async def _finish(
    request: HttpRequest, mode: Mode, parameters: Parameters, attempt: Attempt
) -> HttpResponseBase:
    from ..sessions.attempts import claim_attempt, store_attempt

    # Loaded before Logto is asked: what an anonymous visitor collected stays theirs
    # even when another tab signs in meanwhile.
    await mode.call(request.session.get, SESSION_KEY)
    asked_for = attempt.next_url
    check_session_kept(request, asked_for)
    if not await mode.call(claim_attempt, attempt):
        return await _answer_used(request, mode, attempt)
    next_url, provider = await mode.shield(
        _exchange(request, mode, parameters, attempt),
        # Django does so when a request ends, which then was before this work went on.
        when_abandoned=close_old_connections,
    )
    attempt = replace(attempt, next_url=next_url)
    response = HttpResponseRedirect(after_sign_in(request, next_url))
    store_attempt(request, response, attempt.completed())
    remember_provider(response, provider, is_secure=attempt.is_secure)
    count_round_without_session(request, response, asked_for)
    return response


@sensitive_variables()
async def _exchange(
    request: HttpRequest, mode: Mode, parameters: Parameters, attempt: Attempt
) -> tuple[str, str]:
    """Return where to go after the sign-in that the code completes, and whence."""
    from ..engine.sdk import LogtoSdkClient

    with deadline(logto_settings.TIMEOUT):
        grant = await LogtoSdkClient(mode).complete(
            redirect_uri=attempt.redirect_uri,
            state=attempt.state,
            code=parameters["code"],
            code_verifier=attempt.code_verifier,
            nonce=attempt.nonce,
            max_age=attempt.oldest_authentication,
            iss=parameters.get("iss"),
        )
    tell_missing_scopes(grant.missing_scopes)
    next_url = await mode.call(
        complete_sign_in, request, grant, attempt.next_url, attempt.owner_id
    )
    provider = used_provider(attempt, grant.userinfo)
    if attempt.owner_id:  # no page sent them here: they have pressed a button
        return next_url, provider
    await mode.call(
        count_round,
        request.session,
        next_url=attempt.next_url,
        started_at=attempt.started_at,
    )
    return next_url, provider


async def _answer_used(
    request: HttpRequest, mode: Mode, attempt: Attempt
) -> HttpResponseBase:
    """Answer a callback that comes again: reload, back button, a second click."""
    if attempt.owner_id and not attempt.is_completed:
        # Refused, or under way in the click before: that page knows.
        return HttpResponseRedirect(view_url(CONNECT, attempt.next_url))
    if await mode.call(_is_signed_in, request):
        return HttpResponseRedirect(after_sign_in(request, attempt.next_url))
    if attempt.is_restart:
        return await mode.call(
            error_page, request, AttemptUsed(), next_url=attempt.next_url
        )
    response = await sign_in_response(
        request, mode, next_url=attempt.next_url, options={}, is_restart=True
    )
    response.delete_cookie(attempt.cookie_name, samesite="Lax")
    return response


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)
