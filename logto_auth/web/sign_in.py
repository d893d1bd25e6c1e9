"""Starting a sign-in: no query, no session, one cookie."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from ..conf import SIGN_IN_RATE, logto_settings
from ..engine.deadline import deadline
from ..engine.mode import Mode
from ..errors import LogtoError
from ..log import Event, log
from .navigation import Navigation, navigation_of
from .next_url import is_safe
from .options import DIRECT, authorization_parameters
from .origin import CONNECT, SIGN_IN, canonical_uri, redirect_uri, view_url
from .pages import error_page, leave_page, page, protect
from .rate_limit import check_rate
from .templates import CONTINUE_TEMPLATE

if TYPE_CHECKING:
    from ..sessions.attempts import Attempt


async def sign_in_response(
    request: HttpRequest,
    mode: Mode,
    *,
    next_url: str,
    options: Mapping[str, str],
    is_restart: bool = False,
) -> HttpResponseBase:
    """Return the response that takes a person to Logto, and only a person.

    Args:
        next_url: Where to go afterwards; already known to be safe, or empty.
        options: Checked, see `options.requested_options`.
        is_restart: It repeats an attempt, and will not be repeated again.
    """
    asks = navigation_of(request)
    if asks is not Navigation.PAGE:
        return await mode.call(refusal, request, asks, next_url, options)
    elsewhere = None if is_restart else canonical_uri(request, next_url, options)
    if elsewhere is not None:
        return await leave(request, mode, elsewhere)
    return await start(
        request, mode, next_url=next_url, options=options, is_restart=is_restart
    )


async def start(
    request: HttpRequest,
    mode: Mode,
    *,
    next_url: str,
    options: Mapping[str, str],
    is_restart: bool = False,
    owner_id: str = "",
) -> HttpResponseBase:
    """Return the response that takes a visitor to Logto, with the attempt's cookie.

    Args:
        owner_id: The signed-in local user who connects a Logto account, else empty.
    """
    try:
        await check_rate(request, mode, SIGN_IN_RATE)
        url, attempt = await begin(
            request,
            mode,
            next_url=next_url,
            options=options,
            is_restart=is_restart,
            owner_id=owner_id,
        )
    except LogtoError as error:
        view = CONNECT if owner_id else SIGN_IN
        return await mode.call(error_page, request, error, next_url=next_url, view=view)
    from ..sessions.attempts import store_attempt

    response = await leave(request, mode, url)
    store_attempt(request, response, attempt)
    return response


async def leave(request: HttpRequest, mode: Mode, url: str) -> HttpResponseBase:
    """Return what takes the visitor to ``url``, whatever the method was."""
    if request.method == "GET":
        return protect(HttpResponseRedirect(url))
    return await mode.call(leave_page, request, url)


@sensitive_variables()
async def begin(
    request: HttpRequest,
    mode: Mode,
    *,
    next_url: str,
    options: Mapping[str, str],
    is_restart: bool,
    owner_id: str,
) -> tuple[str, Attempt]:
    """Return Logto's address for a new attempt, and the attempt.

    Raises:
        ProviderError: Logto's metadata is not to be had, or, found with ``DEBUG``
            only, Logto would keep the visitor.
    """
    from ..engine.sdk import LogtoSdkClient
    from ..sessions.attempts import Attempt

    nonce = secrets.token_urlsafe(16)
    callback = redirect_uri(request)
    with deadline(logto_settings.TIMEOUT):
        authorization = await LogtoSdkClient(mode).authorization_request(
            callback, {**authorization_parameters(options), "nonce": nonce}
        )
        if settings.DEBUG:
            from .rehearsal import rehearse_sign_in

            await rehearse_sign_in(mode, callback)
    attempt = Attempt(
        state=authorization.state,
        nonce=nonce,
        code_verifier=authorization.code_verifier,
        redirect_uri=callback,
        next_url=next_url,
        started_at=int(time.time()),
        max_age=int(options["max_age"]) if "max_age" in options else None,
        is_restart=is_restart,
        owner_id=owner_id,
        provider=options.get(DIRECT, ""),
    )
    log(Event.SIGN_IN_STARTED, options=",".join(sorted(options)))
    return authorization.url, attempt


def refusal(
    request: HttpRequest,
    asks: Navigation,
    next_url: str,
    options: Mapping[str, str],
    view: str = SIGN_IN,
) -> HttpResponse:
    """Answer what is not a person's navigation; a redirect to Logto would help nobody.

    HTMX is told to navigate the page it is on, a script gets 401 and the address, a
    frame or a prefetch a page with a link.

    Args:
        view: What they are told to navigate to.
    """
    if asks is Navigation.HTMX:
        response = HttpResponse(status=401)
        here = _path_of(request.headers.get("HX-Current-URL", ""), request)
        response.headers["HX-Redirect"] = view_url(view, here, **options)
        return protect(response)
    if asks is Navigation.SCRIPT:
        return protect(
            JsonResponse(
                {"isAuthenticated": False, "signInUrl": reverse(view)}, status=401
            )
        )
    url = view_url(view, next_url, **options)
    return page(request, CONTINUE_TEMPLATE, {"url": url}, status=403)


def _path_of(url: str, request: HttpRequest) -> str:
    return url if is_safe(request, url) else ""
