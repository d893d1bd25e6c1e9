"""Sessions that live in the browser alone, and so cannot be ended anywhere else.

Django believes such a cookie for as long as it is signed. Those of a sign-in with Logto
are believed while their row is there: one query for each page that asks who is signed
in, and none with other session engines, see `guarding`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.functional import LazyObject, SimpleLazyObject


def believe_while_it_lasts(request: HttpRequest) -> None:
    """Have ``request.user`` and ``request.auser()`` be nobody once the row is gone.

    Whatever backend has signed them in: `ModelBackend` too, where a local user has
    connected a Logto account.
    """
    session = getattr(request, "session", None)
    if not isinstance(session, signed_cookies.SessionStore):
        return
    user: Any = request.user
    request.user = SimpleLazyObject(lambda: _user(session, user))  # type: ignore[assignment]
    if hasattr(request, "auser"):
        request.auser = _checking(session, request.auser)


def _user(session: SessionBase, user: Any) -> Any:
    from ..sessions.guarding import has_ended

    if has_ended(session):
        return AnonymousUser()
    if not isinstance(user, LazyObject):
        return user
    _ = user.is_authenticated  # makes Django look for the user
    return user.__dict__["_wrapped"]


def _checking(
    session: SessionBase, auser: Callable[[], Awaitable[Any]]
) -> Callable[[], Awaitable[Any]]:
    known: list[bool] = []

    async def checking_auser() -> Any:
        from ..sessions.guarding import has_ended

        if not known:
            known.append(await sync_to_async(has_ended)(session))
        return AnonymousUser() if known[0] else await auser()

    return checking_auser
