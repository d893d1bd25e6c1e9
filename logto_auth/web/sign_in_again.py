"""What a view that could not do without Logto answers, instead of a 500."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase

from ..errors import LogtoError, ProviderError, SignInRequired
from ..log import Event, log
from .navigation import Navigation, navigation_of
from .next_url import is_safe
from .origin import SIGN_IN, view_url
from .pages import error_page, protect
from .sign_in import refusal


def answer_to(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
    """Return the answer to an error that a view of the site has not caught.

    None for every other error: those are the site's own.
    """
    if isinstance(error, SignInRequired):
        return _sign_in_again(request, error)
    if isinstance(error, ProviderError):
        return _fault(request, error)
    return None


def _sign_in_again(request: HttpRequest, error: SignInRequired) -> HttpResponseBase:
    log(Event.SIGN_IN_REQUIRED, reason=error.reason)
    asks, here = navigation_of(request), _page_of(request)
    if asks is Navigation.PAGE:
        return protect(HttpResponseRedirect(view_url(SIGN_IN, here)))
    return refusal(request, asks, here, {})


def _page_of(request: HttpRequest) -> str:
    """Return the page to come back to: a form that was sent cannot be sent again."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    return came_from if is_safe(request, came_from) else ""


def _fault(request: HttpRequest, error: LogtoError) -> HttpResponseBase:
    event = Event.TOKEN_REFRESH_FAILED
    if navigation_of(request) is Navigation.SCRIPT:
        log(event, code=error.code, reason=error.reason, detail=error.detail)
        response = JsonResponse({"error": error.code}, status=error.status)
        if error.retry_after:
            response.headers["Retry-After"] = str(error.retry_after)
        return protect(response)
    return error_page(request, error, event=event, retry_url=_page_of(request))
