"""The pages of this package and the headers that all its responses carry."""

from __future__ import annotations

import secrets
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.cache import patch_vary_headers

from ..errors import (
    AccountError,
    LogtoError,
    SignInCancelled,
    SignOutStateInvalid,
)
from ..log import Event, log
from .origin import NEXT, SIGN_IN

R = TypeVar("R", bound=HttpResponseBase)

ERROR_TEMPLATE = "logto_auth/error.html"
LEAVE_TEMPLATE = "logto_auth/leave.html"
CONTINUE_TEMPLATE = "logto_auth/continue.html"
NOT_FINISHED_TEMPLATE = "logto_auth/not_finished.html"
SIGN_OUT_TEMPLATE = "logto_auth/sign_out.html"
SIGNED_OUT_TEMPLATE = "logto_auth/signed_out.html"


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


def sign_in_url(next_url: str = "", **options: str) -> str:
    """Return the address that starts a sign-in."""
    query = urlencode({NEXT: next_url, **options} if next_url else options)
    return reverse(SIGN_IN) + (f"?{query}" if query else "")


def error_page(
    request: HttpRequest, error: LogtoError, *, next_url: str = ""
) -> HttpResponse:
    """Log the error and show its page: what happened, what to do, a reference."""
    reference = secrets.token_hex(4)
    log(
        _event_of(error),
        code=error.code,
        reason=error.reason,
        detail=error.detail,
        reference=reference,
    )
    return page(
        request,
        ERROR_TEMPLATE,
        {
            "error": error,
            "title": error.title,
            "message": error.message,
            "reference": reference,
            "retry_url": _retry_url(error, next_url),
            "explanation": _explanation(error) if settings.DEBUG else "",
        },
        status=error.status,
    )


def _event_of(error: LogtoError) -> Event:
    if isinstance(error, SignInCancelled):
        return Event.SIGN_IN_CANCELLED
    if isinstance(error, SignOutStateInvalid):
        return Event.SIGN_OUT_FAILED
    return Event.SIGN_IN_FAILED


def _retry_url(error: LogtoError, next_url: str) -> str:
    if isinstance(error, SignOutStateInvalid):
        return ""
    # Logto remembers the account that was refused, so a retry must ask for another.
    options = {"prompt": "login"} if isinstance(error, AccountError) else {}
    return sign_in_url(next_url, **options)


def _explanation(error: LogtoError) -> str:
    return ": ".join(part for part in (error.reason, error.detail) if part)
