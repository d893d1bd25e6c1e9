"""The pages of this package and the headers that all its responses carry."""

from __future__ import annotations

import math
import secrets
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils.cache import patch_vary_headers
from django.utils.translation import ngettext

from ..errors import AccountError, LogtoError, SignInCancelled, Text
from ..log import Event, log
from ..signals import sign_in_failed
from .explanation import explain
from .origin import SIGN_IN, view_url
from .templates import ERROR_TEMPLATE, LEAVE_TEMPLATE

R = TypeVar("R", bound=HttpResponseBase)


def protect(response: R, *, has_form: bool = False) -> R:
    """Keep a response out of caches, frames and the Referer header.

    A page with a form may send its own origin, or Django's CSRF check refuses the form.
    """
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "same-origin" if has_form else "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    patch_vary_headers(response, ["Cookie"])
    return response


def is_protected(response: HttpResponseBase) -> bool:
    """Tell whether `protect` was here."""
    return "Referrer-Policy" in response.headers and "no-store" in response.get(
        "Cache-Control", ""
    )


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    has_form: bool = False,
) -> HttpResponse:
    """Render one of the package's templates."""
    context = {"home_url": get_script_prefix(), **(context or {})}
    response = render(request, template, context, status=status)
    return protect(response, has_form=has_form)


def leave_page(request: HttpRequest, url: str) -> HttpResponse:
    """Send the visitor to Logto from a page rather than by a redirect.

    A browser counts the redirect after a POST as the form's target, which a Content
    Security Policy with ``form-action 'self'`` forbids.
    """
    return page(request, LEAVE_TEMPLATE, {"url": url})


def error_page(
    request: HttpRequest,
    error: LogtoError,
    *,
    next_url: str = "",
    view: str = SIGN_IN,
    event: Event = Event.SIGN_IN_FAILED,
    title: Text = "",
    message: Text = "",
    retry_url: str = "",
) -> HttpResponse:
    """Log the error and show its page: what happened, what to do, a reference.

    Args:
        next_url: Where to go after a sign-in that is tried again.
        view: What tries it again.
        event: What has failed; `sign_in_failed` is sent when it is a sign-in.
        title: What the page says, where the error's own title does not fit.
        message: The same of the error's message.
        retry_url: Where to try again what is no sign-in.
    """
    is_sign_in, reference = event is Event.SIGN_IN_FAILED, secrets.token_hex(4)
    if isinstance(error, SignInCancelled):
        event = Event.SIGN_IN_CANCELLED
    log(
        event,
        code=error.code,
        reason=error.reason,
        detail=error.detail,
        reference=reference,
    )
    if is_sign_in:
        sign_in_failed.send_robust(
            type(error), request=request, error=error, reference=reference
        )
    response = page(
        request,
        ERROR_TEMPLATE,
        {
            "error": error,
            "title": title or error.title,
            "message": message or error.message,
            "wait": _wait(error.retry_after),
            "reference": reference,
            "retry_url": _retry_url(error, next_url, view) if is_sign_in else retry_url,
            "explanation": explain(request, error) if settings.DEBUG else None,
        },
        status=error.status,
    )
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _wait(seconds: int) -> str:
    """Return how long to wait before trying again, empty for less than a minute."""
    minutes, hours = math.ceil(seconds / 60), math.ceil(seconds / 3600)
    if seconds <= 60:
        return ""
    if minutes < 90:
        text = ngettext(
            "Please wait %(number)d minute before you try again.",
            "Please wait %(number)d minutes before you try again.",
            minutes,
        )
        return text % {"number": minutes}
    text = ngettext(
        "Please wait %(number)d hour before you try again.",
        "Please wait %(number)d hours before you try again.",
        hours,
    )
    return text % {"number": hours}


def _retry_url(error: LogtoError, next_url: str, view: str) -> str:
    # Logto remembers the account that was refused, so a retry must ask for another.
    asks = view == SIGN_IN and isinstance(error, AccountError)
    return view_url(view, next_url, **({"prompt": "login"} if asks else {}))
