"""The site's Content Security Policy; Django has one of its own since 6.0."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

V = TypeVar("V", bound=Callable[..., Any])

HEADER = "Content-Security-Policy"
STRICT: Mapping[str, str] = {
    "default-src": "'none'",
    "style-src": "'self'",
    # Portraits are wherever Logto or a social provider keeps them; the logos of
    # providers are data.
    "img-src": "'self' https: data:",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
SCRIPTS: Mapping[str, str] = {"script-src": "'self'", "connect-src": "'self'"}


def with_scripts(view: V) -> V:
    """Let the pages of a view run the site's scripts, which may ask the site."""
    view.runs_scripts = True  # type: ignore[attr-defined]
    return view


def policy(*, scripts: bool = False) -> str:
    """Return the value of the header."""
    directives = {**STRICT, **SCRIPTS} if scripts else dict(STRICT)
    logto = settings.LOGTO.get("ENDPOINT", "").rstrip("/")
    if logto.startswith("http:"):
        # As the simulator, which draws portraits.
        directives["img-src"] += f" {logto}"
    return "; ".join(f"{name} {value}" for name, value in directives.items())


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

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Add the header."""
        if self.async_mode:
            return self.__acall__(request)
        return _protect(request, self.get_response(request))

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """See __call__()."""
        return _protect(request, await self.get_response(request))


def _protect(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not _is_debug_page(response):
        response.headers.setdefault(HEADER, policy(scripts=_runs_scripts(request)))
    return response


def _runs_scripts(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    # Django's administration is made of scripts of its own, in files.
    return getattr(match.func, "runs_scripts", False) or "admin" in match.app_names


def _is_debug_page(response: HttpResponseBase) -> bool:
    """Tell whether it is Django's own page about an error, which is styled inline."""
    return (
        settings.DEBUG
        and response.status_code >= 400
        and isinstance(response, HttpResponse)
        and b"<style" in response.content
    )
