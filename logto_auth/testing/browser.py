"""A browser without JavaScript: pages, forms and cookies, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urljoin, urlsplit

from .cookie_jar import CookieJar
from .html_form import HtmlForm, PageContent

MAX_REDIRECTS = 20


@dataclass(frozen=True)
class Page:
    """A page that somebody is looking at."""

    status: int
    url: str
    text: str = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def alert(self) -> str:
        """What the page warns of; all of it where it is an answer for programs."""
        if self.text.startswith("{"):
            return self.text
        return PageContent(self.text).alert.strip()

    @property
    def forms(self) -> list[HtmlForm]:
        return PageContent(self.text).forms

    def form(self, **fields: str) -> HtmlForm:
        """Return the first form that has ``fields``; an empty value stands for any.

        Raises:
            LookupError: There is none.
        """
        for form in self.forms:
            if all(
                name in form.fields and value in ("", form.fields[name])
                for name, value in fields.items()
            ):
                return form
        raise LookupError(f"{self.url} has no form with {', '.join(fields)}")


def leads_to(url: str, location: str | None, text: str) -> str | None:
    """Return where a browser goes from ``url`` by itself, None if it stays.

    Args:
        location: The header of that name.
        text: The page.
    """
    onward = PageContent(text).refresh if location is None else location
    return None if onward is None else urljoin(url, onward)


class Browser:
    """A browser that stays on one site, with the cookies of that site."""

    def __init__(self) -> None:
        self.cookies = CookieJar()

    def follow(self, url: str, body: str | None = None, *, within: str) -> str | Page:
        """Open ``url`` and follow what leads on by itself: redirects and refreshes.

        Args:
            body: A filled-in form to post.
            within: An address of the site where it stays.

        Returns:
            The page where it ends, or the address elsewhere that it leads to.

        Raises:
            LookupError: It does not end.
        """
        own = urlsplit(within)[:2]
        for _ in range(MAX_REDIRECTS):
            status, headers, text = self._send(url, body)
            is_page = headers.get_content_type() == "text/html"
            target = leads_to(url, headers.get("Location"), text if is_page else "")
            if target is None:
                return Page(status, url, text)
            if urlsplit(target)[:2] != own:
                return target
            url, body = target, None
        raise LookupError(f"{url} is one of more than {MAX_REDIRECTS} redirects")

    def _send(self, url: str, body: str | None) -> tuple[int, HTTPMessage, str]:
        parts = urlsplit(url)
        headers = {
            "Accept": "text/html",
            "Connection": "close",
            "Cookie": self.cookies.header(url),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            connection.request(
                "POST" if body is not None else "GET", target, body, headers
            )
            response = connection.getresponse()
            charset = response.headers.get_content_charset("utf-8")
            text = response.read().decode(charset, "replace")
        finally:
            connection.close()
        self.cookies.store(response.headers.get_all("Set-Cookie") or ())
        return response.status, response.headers, text
