"""What sites call: starting a sign-in from a view of their own, and warming up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from .engine.mode import BLOCKING, ON_LOOP, Mode, run_blocking
from .web.everywhere import sign_out_everywhere as _everywhere
from .web.next_url import is_safe, requested_next
from .web.options import checked_options
from .web.provider_choices import known_experience
from .web.sign_in import sign_in_response


def sign_in_redirect(
    request: HttpRequest, *, next: str | None = None, **options: Any
) -> HttpResponseBase:
    """Return the response that takes the visitor to Logto.

    Args:
        next: URL, view name or model to go to afterwards; the request's own ``next``
            when left out.
        options: Sign-in options: ``first_screen``, ``identifier``,
            ``direct_sign_in``, ``login_hint``, ``prompt``, ``max_age`` (seconds),
            ``ui_locales``, ``organization_id``, ``one_time_token``.

    Raises:
        TypeError: There is no such option.
        SignInOptionInvalid: Logto would not understand its value.
    """
    return run_blocking(_respond(request, BLOCKING, next, options))


async def asign_in_redirect(
    request: HttpRequest, *, next: str | None = None, **options: Any
) -> HttpResponseBase:
    """See sign_in_redirect()."""
    return await _respond(request, ON_LOOP, next, options)


def sign_out_everywhere(user: Any) -> int:
    """Sign a user out of all browsers in which they signed in with Logto.

    For when a password has been stolen, or somebody has left: the sessions end here,
    whatever engine keeps them, and what was granted to them at Logto. Sessions that
    began with a password of this site's are not Logto's, and stay.

    Args:
        user: One of the site's users.

    Returns:
        How many sessions have ended; also where Logto could not be told, which is
        logged.
    """
    return run_blocking(_everywhere(BLOCKING, user))


async def asign_out_everywhere(user: Any) -> int:
    """See sign_out_everywhere()."""
    return await _everywhere(ON_LOOP, user)


def warm_up() -> None:
    """Have Logto asked, in the background, for what the sign-in page shows.

    It does so by itself when somebody opens the page, who then sees what is known so
    far. A server that calls this when it starts, in each of its processes, spares them
    that; it waits for nothing.
    """
    known_experience()


async def _respond(
    request: HttpRequest, mode: Mode, next: str | None, options: dict[str, Any]
) -> HttpResponseBase:
    next_url = requested_next(request) if next is None else resolve_url(next)
    return await sign_in_response(
        request,
        mode,
        next_url=next_url if is_safe(request, next_url) else "",
        options=checked_options(options),
    )
