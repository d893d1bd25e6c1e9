"""From a page of a site to Logto and back, by all that leads on by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from ..engine.mode import BLOCKING, ON_LOOP, Mode, run_blocking
from ..web.origin import SIGN_OUT
from .browser import MAX_REDIRECTS, Browser, Page, leads_to

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import AsyncClient, Client

    from .simulator.server import Simulator

Form = Mapping[str, str]


class RoundTrip(ABC):
    """What somebody does who can sign in and out at Logto."""

    simulator: Simulator

    @abstractmethod
    def _sign_in_as(self, username: str, authorization_url: str) -> str:
        """Return the callback address of nobody else; see `enter`."""

    @abstractmethod
    def sign_out(self, end_session_url: str) -> str:
        """Return where Logto sends the browser then."""

    @overload
    def enter(
        self,
        site: Client,
        path: str,
        username: str = "alice",
        *,
        data: Form | None = None,
    ) -> HttpResponse: ...

    @overload
    def enter(
        self,
        site: AsyncClient,
        path: str,
        username: str = "alice",
        *,
        data: Form | None = None,
    ) -> Awaitable[HttpResponse]: ...

    @overload
    def enter(self, site: str, path: str, username: str = "alice") -> Page: ...

    def enter(
        self,
        site: Client | AsyncClient | str,
        path: str,
        username: str = "alice",
        *,
        data: Form | None = None,
    ) -> HttpResponse | Awaitable[HttpResponse] | Page:
        """Open a page that leads to Logto, sign in there, and see where that leads.

        Args:
            site: Django's test client, or scheme and host of a site that listens, such
                as ``live_server.url``. For an `AsyncClient` the result is to be
                awaited.
            path: A page for users only, or the view that signs in.
            username: One of ``simulator.people``.
            data: A form that is posted to ``path``, with a test client only.

        Returns:
            The page that the person sees in the end.

        Raises:
            LookupError: The page does not lead to Logto, the way leads to a site that
                is neither this one nor Logto, or Logto did not ask who it is, because
                somebody else is signed in there; the site is not told then.
            SignInStopped: Logto kept the visitor.
        """
        at_logto = partial(self._sign_in_as, username)
        if isinstance(site, str):
            return _through_server(self.simulator.endpoint, site, path, at_logto)
        return self._with_client(site, path, data, at_logto)

    @overload
    def leave(self, site: Client, *, data: Form = ...) -> HttpResponse: ...

    @overload
    def leave(
        self, site: AsyncClient, *, data: Form = ...
    ) -> Awaitable[HttpResponse]: ...

    def leave(
        self, site: Client | AsyncClient, *, data: Form | None = None
    ) -> HttpResponse | Awaitable[HttpResponse]:
        """Sign out of the site with its button, then at Logto, and come back.

        Args:
            site: The test client that went through `enter`. For an `AsyncClient` the
                result is to be awaited.
            data: What the form of the button sends, such as ``next``.

        Returns:
            The page that the person sees in the end.

        Raises:
            LookupError: Signing out did not lead to Logto, as when nobody is signed in.
            SignInStopped: Logto refused.
        """
        return self._with_client(site, reverse(SIGN_OUT), data or {}, self.sign_out)

    def _with_client(
        self,
        client: Client | AsyncClient,
        path: str,
        data: Form | None,
        at_logto: Callable[[str], str],
    ) -> HttpResponse | Awaitable[HttpResponse]:
        from django.test import AsyncClient

        is_async = isinstance(client, AsyncClient)
        mode = ON_LOOP if is_async else BLOCKING
        endpoint = self.simulator.endpoint
        trip = _through_client(mode, endpoint, client, path, data, at_logto)
        return trip if is_async else run_blocking(trip)


async def _through_client(
    mode: Mode,
    endpoint: str,
    client: Client | AsyncClient,
    path: str,
    data: Form | None,
    at_logto: Callable[[str], str],
) -> HttpResponse:
    url, has_been_at_logto = path, False
    response = await _ask(client, url, data)
    for _ in range(MAX_REDIRECTS):
        target = leads_to(url, response.get("Location"), _text(response))
        if target is None and not has_been_at_logto:
            raise _not_leading(url, response.status_code)
        if target is None:
            return response
        url = target
        if _is_at(endpoint, url):
            url = await mode.call(at_logto, url)
            has_been_at_logto = True
        if not _is_of_this_site(url):
            raise _elsewhere(url, "it is not in ALLOWED_HOSTS")
        response = await _ask(client, url)
    raise _endless(url)


def _through_server(
    endpoint: str, site: str, path: str, at_logto: Callable[[str], str]
) -> Page:
    browser = Browser()
    answer = browser.follow(site + path, within=site)
    if isinstance(answer, Page):
        raise _not_leading(answer.url, answer.status)
    for _ in range(MAX_REDIRECTS):
        if not _is_at(endpoint, answer):
            raise _elsewhere(answer, _why_not(site, answer))
        callback = at_logto(answer)
        if not _is_at(site, callback):
            raise _elsewhere(callback, _why_not(site, callback))
        answer = browser.follow(callback, within=site)
        if isinstance(answer, Page):
            return answer
    raise _endless(answer)


async def _ask(
    client: Client | AsyncClient, url: str, data: Form | None = None
) -> HttpResponse:
    from django.test import AsyncClient

    options: dict[str, Any] = {}
    parts = urlsplit(url)
    if parts.netloc:
        options["secure"] = parts.scheme == "https"
        # Django's async client has a host of its own that nothing replaces.
        if not isinstance(client, AsyncClient):
            options["headers"] = {"host": parts.netloc}
    send: Any = client.get if data is None else client.post
    answer = send(url, data, **options)
    response: HttpResponse = await answer if isawaitable(answer) else answer
    return response


def _text(response: HttpResponse) -> str:
    is_page = response.get("Content-Type", "").startswith("text/html")
    return "" if response.streaming or not is_page else response.text


def _is_at(address: str, url: str) -> bool:
    return urlsplit(url)[:2] == urlsplit(address)[:2]


def _is_of_this_site(url: str) -> bool:
    host, _ = split_domain_port(urlsplit(url).netloc)
    return not host or validate_host(host, settings.ALLOWED_HOSTS)


def _why_not(site: str, url: str) -> str:
    listens, asked = urlsplit(site), urlsplit(url)
    if asked.netloc == listens.netloc:
        return f"this one speaks {listens.scheme}; start it without SECURE_SSL_REDIRECT"
    return f"this one is {site}"


def _not_leading(url: str, status: int) -> LookupError:
    return LookupError(f"{url} does not lead to Logto: it answers with status {status}")


def _elsewhere(url: str, why: str) -> LookupError:
    return LookupError(f"the way leads to another site, {url}: {why}")


def _endless(url: str) -> LookupError:
    return LookupError(f"{url} is one of more than {MAX_REDIRECTS} redirects")
