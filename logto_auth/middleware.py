"""Middleware that attaches ``request.logto`` and ``request.user.logto``.

It reads nothing: no query, no session, no ``Vary: Cookie`` on pages that do not look.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .sessions.response_phase import keep_newer_cookie, pending_work
from .web.attachment import attach
from .web.hybrid import protect_failure
from .web.last_provider import vary_by_provider

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class LogtoMiddleware:
    """Place it after ``AuthenticationMiddleware``."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response: Any = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            # Marks the instance; `__call__` does the switch.
            markcoroutinefunction(self)
        # A server pays for this import before its first request; `manage.py check`,
        # which makes no middleware, never does.
        import_module("logto_auth.engine.sdk")

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Attach, and save afterwards what the view left to be saved."""
        attach(request)
        if self.async_mode:
            return self.__acall__(request)
        response: HttpResponseBase = self.get_response(request)
        for work in pending_work(request):
            work()
        keep_newer_cookie(request)
        protect_failure(request, response)
        vary_by_provider(request, response)
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """See __call__()."""
        response: HttpResponseBase = await self.get_response(request)
        for work in pending_work(request):
            await sync_to_async(work)()
        keep_newer_cookie(request)
        protect_failure(request, response)
        vary_by_provider(request, response)
        return response
