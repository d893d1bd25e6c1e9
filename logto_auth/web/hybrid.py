"""Views that serve WSGI without an event loop and ASGI without a thread.

Django asks whether the callable in the URLconf is a coroutine function. `HybridView`
answers yes exactly while an event loop runs in the asking thread, so one URLconf serves
both.
"""

from __future__ import annotations

import codecs
from collections.abc import Coroutine
from functools import update_wrapper
from typing import Any, ClassVar

from asgiref.sync import markcoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views import View

from ..engine.mode import BLOCKING, ON_LOOP, Mode, loop_is_running, run_blocking
from ..errors import LogtoError
from ..log import Event
from .pages import error_page, is_protected, protect


def _mark() -> tuple[str, Any]:
    """Return the attribute that marks coroutine functions, which varies by version."""

    def probe() -> None: ...

    markcoroutinefunction(probe)
    ((name, value),) = vars(probe).items()
    return name, value


_MARK_NAME, _MARK = _mark()


class _EveryAlias:
    """What `make_view_atomic` reads: out of ``ATOMIC_REQUESTS`` on all databases."""

    def __contains__(self, alias: object) -> bool:
        return True


class HybridCallable:
    """What ``as_view()`` returns; the attributes are those that Django reads."""

    def __init__(self, view_class: type[HybridView], initkwargs: dict[str, Any]):
        update_wrapper(self, view_class, updated=())
        # On the instance, where decorators copy attributes from.
        self.csrf_exempt = True  # `answer` checks, and also protects the refusal
        self.login_required = False
        self._non_atomic_requests = _EveryAlias()
        self.view_class = view_class
        self.view_initkwargs = initkwargs

    def __call__(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase | Coroutine[Any, Any, HttpResponseBase]:
        """Answer the request, as a coroutine when an event loop runs."""
        _read_as_utf8(request)
        view = self.view_class(**self.view_initkwargs)
        view.setup(request, *args, **kwargs)
        if loop_is_running():
            return view.answer(request, ON_LOOP)
        return run_blocking(view.answer(request, BLOCKING))


def _is_coroutine_function(self: HybridCallable) -> Any:
    return _MARK if loop_is_running() else None


setattr(HybridCallable, _MARK_NAME, property(_is_coroutine_function))


class HybridView(View):
    """A view written once: ``async def get(request, mode)``, run in either mode.

    Handlers reach sessions, the ORM and Logto only through ``mode``. A `LogtoError`
    that one raises gets its page, where ``failure`` says what has failed.
    """

    failure: ClassVar[Event | None] = None
    #: Off only where no browser comes, and something else than a cookie says who does.
    checks_csrf: ClassVar[bool] = True

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the callable for the URLconf.

        Raises:
            TypeError: A keyword is no attribute of the class, or the class overrides
                ``dispatch``, which is not called: override ``answer``.
        """
        super().as_view(**initkwargs)  # refuses what is no attribute
        if cls.dispatch is not View.dispatch:
            raise TypeError(
                f"{cls.__name__}.dispatch() would not be called: override answer()"
            )
        return HybridCallable(cls, initkwargs)

    async def answer(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Return the response to the request, whatever it is, kept out of caches."""
        response = await self._respond(request, mode)
        return response if is_protected(response) else protect(response)

    async def _respond(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        method = (request.method or "").lower()
        handler = getattr(self, method, None)
        if method not in self.http_method_names or handler is None:
            allowed = [name.upper() for name in self.http_method_names]
            return HttpResponseNotAllowed(allowed)
        if method == "post" and self.checks_csrf:
            refusal = await mode.call(_csrf_refusal, request)
            if refusal is not None:
                return await self.csrf_failure(request, mode, refusal)
        try:
            response: HttpResponseBase = await handler(request, mode)
        except LogtoError as error:
            if self.failure is None:
                raise
            return await mode.call(error_page, request, error, event=self.failure)
        return response

    async def csrf_failure(
        self, request: HttpRequest, mode: Mode, refusal: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer to a POST without the CSRF token: Django's own."""
        return refusal


def protect_failure(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep Django's page about a view of ours that raised out of caches and frames."""
    if response.status_code >= 500 and request.resolver_match is not None:
        view_class = getattr(request.resolver_match.func, "view_class", None)
        is_ours = isinstance(view_class, type) and issubclass(view_class, HybridView)
        if is_ours and not is_protected(response):
            protect(response)


def _read_as_utf8(request: HttpRequest) -> None:
    """Read the query as what it is, whatever the request says of its body.

    Django decodes it by the charset of ``Content-Type``, and anybody may name one that
    Python cannot decode text with, or that makes text which cannot be encoded again.
    """
    charset = request.encoding
    if charset is not None and codecs.lookup(charset).name != "utf-8":
        request.encoding = "utf-8"


def _csrf_refusal(request: HttpRequest) -> HttpResponseBase | None:
    """Return Django's refusal of a forged POST, also without its middleware."""
    check = CsrfViewMiddleware(_any_view)
    check.process_request(request)
    return check.process_view(request, _any_view, (), {})


def _any_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
