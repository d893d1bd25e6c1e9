"""The site's Content Security Policy; Django has one of its own since 6.0."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' https:{more_images}",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)


class ContentSecurityPolicyMiddleware:
    """Gives every response without a policy the site's strict one."""

    sync_capable = True
    async_capable = True

    def __init__(
        self,
        get_response: Callable[
            [HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]
        ],
    ) -> None:
        self.get_response: Any = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)
        # The simulator serves its avatars from a port of this machine.
        self.policy = POLICY.format(
            more_images=" http://localhost:*" if settings.DEBUG else ""
        )

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Add the header."""
        if self.async_mode:
            return self.__acall__(request)
        return self._protect(self.get_response(request))

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """See __call__()."""
        return self._protect(await self.get_response(request))

    def _protect(self, response: HttpResponseBase) -> HttpResponseBase:
        # Django's own pages about errors, with DEBUG, are styled inline.
        is_debug_page = settings.DEBUG and response.status_code in (404, 500)
        if not is_debug_page:
            response.headers.setdefault(HEADER, self.policy)
        return response
