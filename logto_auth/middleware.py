"""Middleware that attaches ``request.logto`` and ``request.user.logto``.

It reads nothing: no query, no session, no ``Vary: Cookie`` on pages that do not look.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .conf import logto_settings
from .engine.mode import BLOCKING, ON_LOOP, run_blocking
from .sessions.response_phase import keep_newer_cookie, pending_work
from .web.attachment import attach
from .web.hybrid import protect_failure
from .web.last_provider import vary_by_provider
from .web.recheck import recheck
from .web.request_tokens import tokens_that_waited
from .web.sign_in_again import answer_to

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
        if logto_settings.RECHECK_SECONDS:
            run_blocking(recheck(request, BLOCKING))
        response: HttpResponseBase = self.get_response(request)
        for work in _left_by_view(request):
            work()
        return _finished(request, response)

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """See __call__()."""
        if logto_settings.RECHECK_SECONDS:
            await recheck(request, ON_LOOP)
        response: HttpResponseBase = await self.get_response(request)
        for work in _left_by_view(request):
            await sync_to_async(work)()
        return _finished(request, response)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer what a view could not do without Logto; see `answer_to`."""
        return answer_to(request, exception)


def _left_by_view(request: HttpRequest) -> Iterator[Callable[[], None]]:
    """Yield what is to be written now that the view, and its transaction, is over."""
    yield from tokens_that_waited(request)
    yield from pending_work(request)


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    keep_newer_cookie(request)
    protect_failure(request, response)
    vary_by_provider(request, response)
    return response
