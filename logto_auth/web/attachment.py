"""Puts ``logto`` on requests and on their users, without a query.

Four pieces keep one person's claims off another's user: the lazy ``request.user`` gets
it in its own ``__dict__``; ``request.auser()`` attaches it to the raw user; signing in
or out replaces it; every other user shows a detached, signed-out one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from ..sessions.guarding import guard
from ..sessions.record import RECORD_KEY, SessionRecord
from ..sessions.response_phase import STORAGE_ATTRIBUTE
from .cookie_sessions import believe_while_it_lasts
from .request import DETACHED, RequestLogto

ATTRIBUTE = "logto"
BEGIN_ATTRIBUTE = "_logto_begin"
# Of a session's key; what is longer is a whole session, in a signed cookie.
MAX_KEY_LENGTH = 40


class DetachedLogto:
    """Descriptor of user classes: the ``logto`` of a user that no request signed in.

    A non-data descriptor, so that the instance's own attribute wins.
    """

    def __get__(
        self, instance: object | None, owner: type
    ) -> DetachedLogto | RequestLogto:
        return self if instance is None else DETACHED


def install() -> None:
    """Put the descriptor on both user classes and connect the receivers; idempotent."""
    for user_class in (get_user_model(), AnonymousUser):
        if not hasattr(user_class, ATTRIBUTE):
            setattr(user_class, ATTRIBUTE, DetachedLogto())
    uid = "logto_auth.attachment"
    user_logged_in.connect(_on_logged_in, dispatch_uid=uid)
    user_logged_out.connect(_on_logged_out, dispatch_uid=uid)


def is_free(user_class: type) -> bool:
    """Tell whether the user class has no ``logto`` of its own."""
    own = getattr(user_class, ATTRIBUTE, None)
    return own is None or isinstance(own, DetachedLogto)


def attach(request: HttpRequest) -> None:
    """Give the request, and its user, one new `RequestLogto`.

    Raises:
        ImproperlyConfigured: ``request.user`` is not there yet.
    """
    if not hasattr(request, "user"):
        raise ImproperlyConfigured(
            "logto_auth.middleware.LogtoMiddleware needs "
            "django.contrib.auth.middleware.AuthenticationMiddleware (or another "
            "middleware that sets request.user) above it in MIDDLEWARE."
        )
    if hasattr(request, "session"):
        guard(request.session)
        believe_while_it_lasts(request)
    logto = RequestLogto(request)
    setattr(request, ATTRIBUTE, logto)
    request.user.__dict__[ATTRIBUTE] = logto
    if hasattr(request, "auser"):
        request.auser = _attaching(request, request.auser)


def _attaching(
    request: HttpRequest, auser: Callable[[], Awaitable[Any]]
) -> Callable[[], Awaitable[Any]]:
    async def attaching_auser() -> Any:
        user = await auser()
        user.__dict__.setdefault(ATTRIBUTE, getattr(request, ATTRIBUTE))
        return user

    return attaching_auser


def _on_logged_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    # A sign-in of ours is written down here, where the session has its new key, so
    # that the receivers of the site already see the claims.
    begin = getattr(request, "__dict__", {}).pop(BEGIN_ATTRIBUTE, None)
    if begin is not None:
        begin()
    elif request is not None:
        _forget_who_was_here(request)
    replace_logto(request, user)


def _forget_who_was_here(request: Any) -> None:
    """Delete the tokens of somebody whose session another sign-in has replaced."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = getattr(request, "session", None)
    if not key or session is None or len(key) > MAX_KEY_LENGTH:
        return
    from ..models import LogtoSession

    # Django keeps what a session holds where its user stays the same.
    record = SessionRecord.load(session.get(RECORD_KEY))
    rows = LogtoSession.objects.filter(session_key=key)
    (rows if record is None else rows.exclude(pk=record.row_id)).delete()


def _on_logged_out(sender: Any, request: Any, **kwargs: Any) -> None:
    session = getattr(request, "session", None)
    record = (
        SessionRecord.load(session.get(RECORD_KEY)) if session is not None else None
    )
    if record is not None:
        from ..models import LogtoSession

        LogtoSession.objects.filter(pk=record.row_id).delete()
    detach(request)


def detach(request: Any) -> None:
    """Leave the request with nobody's data."""
    _seal(request)
    request.__dict__.pop(STORAGE_ATTRIBUTE, None)
    if hasattr(request, ATTRIBUTE):
        # Not a new one: Django has not flushed the session yet.
        setattr(request, ATTRIBUTE, DETACHED)


def replace_logto(request: Any, user: Any) -> None:
    """Seal the old object and give the request, and its new user, another one."""
    if not _seal(request):
        return
    request.logto = user.__dict__[ATTRIBUTE] = RequestLogto(request)


def _seal(request: Any) -> bool:
    """Cut off what holds the old user's data; False where nothing was attached."""
    storage = getattr(request, STORAGE_ATTRIBUTE, None)
    # Tokens that this request has just got belong to the sign-in under way.
    if storage is not None and not storage.is_changed:
        delattr(request, STORAGE_ATTRIBUTE)
    old = getattr(request, ATTRIBUTE, None)
    if not isinstance(old, RequestLogto):
        return False
    if old is not DETACHED:
        old.seal()
    return True
