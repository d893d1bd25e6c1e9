"""A request whose session turns out to have ended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout as auth_logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from ..sessions.record import stored_key
from .attachment import detach


def leave_ended_session(request: HttpRequest, *, is_elsewhere: bool) -> None:
    """Let the request go on as nobody's.

    Args:
        is_elsewhere: Somebody else has ended it. Then the browser may have begun
            another one by now, whose cookie this request must not delete.
    """
    key = stored_key(request.session)
    if request.session.exists(key) if key else not is_elsewhere:
        auth_logout(request)
    else:
        request.session = type(request.session)()
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        detach(request)
        request.user = AnonymousUser()
    nobody = request.user

    async def auser() -> Any:
        return nobody

    if hasattr(request, "auser"):
        request.auser = auser  # Django's would remember who it was
