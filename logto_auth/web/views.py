"""Sign-in, sign-up, sign-out and the user route.

Each is configured by class attributes: ``SignInView.as_view(next_page="home")``.
"""

from __future__ import annotations

from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.mode import Mode
from ..errors import LogtoError
from ..log import Event
from .callback import CallbackView
from .choose import ChooseView
from .connect import ConnectView
from .entry import EntryView
from .hybrid import HybridView
from .loop import forget_rounds_without_session
from .next_url import after_sign_out, requested_next
from .origin import SIGN_OUT, view_url
from .pages import error_page, leave_page, page
from .secret_query import SecretQueryView
from .sign_in import sign_in_response
from .templates import SIGN_OUT_TEMPLATE, SIGNED_OUT_TEMPLATE
from .turns import Turns

__all__ = [
    "CallbackView",
    "ChooseView",
    "ConnectView",
    "SignInView",
    "SignOutView",
    "SignUpView",
    "SignedOutView",
    "UserView",
]


#: The field of the form that signs out all browsers.
EVERYWHERE = "everywhere"


class SignInView(EntryView):
    """Takes a visitor to Logto. A top-level GET may, because it is a ``LOGIN_URL``."""

    http_method_names = ["get", "post"]

    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Start a sign-in."""
        return await self._start(request, mode)

    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Start a sign-in."""
        return await self._start(request, mode)

    async def _start(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        next_url = self.next_of(request)
        try:
            options = self.options_of(request)
            turns = Turns.of(request, next_url, options)
            if turns is not None:
                waits = await mode.call(turns.answer, request, next_url)
                if waits is not None:
                    return waits
        except LogtoError as error:
            return await mode.call(error_page, request, error, next_url=next_url)
        response = await sign_in_response(
            request, mode, next_url=next_url, options=options
        )
        if turns is not None:
            turns.go(request, response)
        return response


class SignUpView(SignInView):
    """Takes a visitor to Logto's registration screen."""

    sign_in_options = {"first_screen": "register"}


class SignOutView(HybridView):
    """Ends the Django session, the grant and Logto's session; GET asks first."""

    http_method_names = ["get", "post"]
    failure = Event.SIGN_OUT_FAILED
    template_name = SIGN_OUT_TEMPLATE

    async def answer(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Return the response; signing in again and again is no loop then."""
        response = await super().answer(request, mode)
        if request.method == "POST":
            forget_rounds_without_session(request, response)
        return response

    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Show the confirmation: a link must not sign anybody out."""
        return await mode.call(self._confirmation, request)

    async def csrf_failure(
        self, request: HttpRequest, mode: Mode, refusal: HttpResponseBase
    ) -> HttpResponseBase:
        """Ask again: a tab from before the last sign-in has an old token."""
        return await mode.call(self._confirmation, request, status=403)

    def _confirmation(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        from .sign_out import is_under_way

        is_signed_in = request.user.is_authenticated
        if not (is_signed_in or is_under_way(request)):
            return _signed_out_page(request)
        logto = request.logto  # type: ignore[attr-defined]
        context = {
            "next": requested_next(request),
            "is_under_way": not is_signed_in,
            "has_account": logto.is_authenticated,
        }
        return page(request, self.template_name, context, status=status, has_form=True)

    @sensitive_variables()
    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Sign out, first here, then at Logto."""
        from .sign_out import (
            end_local_session,
            end_logto_session,
            incomplete_page,
            new_state,
            store_state,
        )

        next_url = requested_next(request)
        uses_logto, refresh_tokens = await mode.call(
            end_local_session, request, everywhere=EVERYWHERE in request.POST
        )
        if not uses_logto:
            return await mode.call(_signed_out, request, next_url)
        state = new_state()
        try:
            url, error = await end_logto_session(
                request, mode, refresh_tokens=refresh_tokens, state=state
            )
        except LogtoError as refusal:
            return await mode.call(
                error_page, request, refusal, event=Event.SIGN_OUT_INCOMPLETE
            )
        if error is None:
            response = await mode.call(leave_page, request, url)
        else:
            retry_url = url or view_url(SIGN_OUT, next_url)
            response = await mode.call(incomplete_page, request, error, retry_url)
        store_state(request, response, state, next_url)
        return response


class SignedOutView(SecretQueryView):
    """Where Logto returns to after sign-out."""

    http_method_names = ["get"]
    failure = Event.SIGN_OUT_FAILED

    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Check ``state``, then go on to ``LOGOUT_REDIRECT_URL``."""
        from .sign_out import COOKIE_NAME, returned_next

        next_url = returned_next(request, self.query)
        if next_url is None:
            return await mode.call(_unfinished, request)
        response = await mode.call(_signed_out, request, next_url)
        response.delete_cookie(COOKIE_NAME, samesite="Lax")
        return response


def _signed_out(request: HttpRequest, next_url: str) -> HttpResponse:
    target = after_sign_out(request, next_url)
    if target:
        return HttpResponseRedirect(target)
    return _signed_out_page(request)


def _unfinished(request: HttpRequest) -> HttpResponse:
    from .sign_out import is_under_way

    return _signed_out_page(request, is_under_way=is_under_way(request))


def _signed_out_page(
    request: HttpRequest, *, is_under_way: bool = False
) -> HttpResponse:
    context = {
        "is_signed_in": request.user.is_authenticated,
        "is_under_way": is_under_way,
    }
    return page(request, SIGNED_OUT_TEMPLATE, context, has_form=True)


class UserView(HybridView):
    """Tells a page's JavaScript who is signed in: verified claims, never a token."""

    http_method_names = ["get", "head"]

    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Return ``{"isAuthenticated": …, "claims": …}``."""
        return JsonResponse(await mode.call(_user_state, request))

    head = get


def _user_state(request: HttpRequest) -> dict[str, Any]:
    logto = request.logto  # type: ignore[attr-defined]
    if not logto.is_authenticated:
        return {"isAuthenticated": False}
    told = logto_settings.USER_CLAIMS
    claims = {
        name: value
        for name, value in logto.claims.items()
        if told is None or name in told
    }
    return {"isAuthenticated": True, "claims": claims}
