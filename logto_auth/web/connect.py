"""Connecting a Logto account to a local user who is signed in already.

Logto always asks who it is: the session that somebody else may have left there must not
become this user's way in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ..engine.mode import Mode
from ..errors import ConnectingUserChanged
from ..log import Event
from ..models import LogtoAccount, on_primary
from .hybrid import HybridView
from .navigation import Navigation, navigation_of
from .next_url import requested_next
from .origin import CONNECT, HOST_MARKER, canonical_uri, is_elsewhere, view_url
from .pages import page
from .request import user_id
from .sign_in import leave, refusal, start
from .templates import CONNECT_TEMPLATE

# Logto asks for either. Only with ``max_age`` must the ID token tell ``auth_time``, by
# which the callback knows that it did (OpenID Connect Core 1.0, 3.1.2.1).
FRESH: Mapping[str, str] = MappingProxyType({"prompt": "login", "max_age": "0"})


class ConnectView(HybridView):
    """Connects a Logto account to who is signed in; GET asks first."""

    http_method_names = ["get", "post"]
    failure = Event.SIGN_IN_FAILED
    template_name = CONNECT_TEMPLATE

    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Show as whom one is signed in: a link must not connect anything."""
        return await self._ask(request, mode)

    async def csrf_failure(
        self, request: HttpRequest, mode: Mode, refusal: HttpResponseBase
    ) -> HttpResponseBase:
        """Ask again: a tab from before the last sign-in has an old token."""
        return await self._ask(request, mode, status=403)

    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Start a sign-in at Logto that ends in a connected account."""
        next_url, asks = requested_next(request), navigation_of(request)
        if asks is not Navigation.PAGE:
            return await mode.call(refusal, request, asks, next_url, {}, CONNECT)
        owner_id = await mode.call(_signed_in_id, request)
        if not owner_id or is_elsewhere(request):
            return await self._ask(request, mode)
        return await start(
            request, mode, next_url=next_url, options=FRESH, owner_id=owner_id
        )

    async def _ask(
        self, request: HttpRequest, mode: Mode, *, status: int = 200
    ) -> HttpResponseBase:
        """Show the confirmation, where and when it makes sense."""
        next_url = requested_next(request)
        url = canonical_uri(request, next_url, {}, CONNECT)
        owner_id = await mode.call(_signed_in_id, request)
        if url is None and owner_id:
            return await mode.call(self._confirmation, request, next_url, status)
        login = redirect_to_login(view_url(CONNECT, next_url))
        return await leave(request, mode, url or login.url)

    def _confirmation(
        self, request: HttpRequest, next_url: str, status: int
    ) -> HttpResponse:
        user: Any = request.user
        marker = {HOST_MARKER: "1"} if HOST_MARKER in request.GET else {}
        context = {
            "username": user.get_username(),
            "is_connected": on_primary(LogtoAccount).filter(user_id=user.pk).exists(),
            "connect_url": view_url(CONNECT, next_url, **marker),
            "next": next_url,
        }
        return page(request, self.template_name, context, status=status, has_form=True)


def check_owner(request: HttpRequest, owner_id: str) -> None:
    """Check at the callback that who asked to connect an account is still signed in.

    Raises:
        ConnectingUserChanged: Nobody is, or somebody else.
    """
    if _signed_in_id(request) != owner_id:
        raise ConnectingUserChanged()


def _signed_in_id(request: HttpRequest) -> str:
    return user_id(request.user) if request.user.is_authenticated else ""
