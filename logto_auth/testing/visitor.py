"""A person with a browser, played over HTTP: signs in and out at the simulator.

Redirects are followed on the simulator's own host only; whatever leads elsewhere is
returned, so that a test hands it to its own site.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from .cookie_jar import CookieJar
from .html_form import HtmlForm, PageContent
from .simulator.server import Simulator

_MAX_REDIRECTS = 20


@dataclass(frozen=True)
class Page:
    """A page of the simulator's that the visitor is looking at."""

    status: int
    url: str
    text: str = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

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


class SignInStopped(Exception):
    """The sign-in did not reach the application; ``page`` shows why."""

    def __init__(self, page: Page) -> None:
        super().__init__(f"stopped at {page.path} with status {page.status}")
        self.page = page


class Visitor:
    """One browser with its own cookies.

    Args:
        simulator: Where it signs in.
    """

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.cookies = CookieJar()

    def open(self, url: str) -> str | Page:
        """Follow ``url``.

        Returns:
            The address outside the simulator that it leads to (the callback, when a
            Logto session lives or the request is refused), or the page where it ends.
        """
        return self._follow(url)

    def submit(self, page: Page, form: HtmlForm, **fields: str) -> str | Page:
        """Send a form of ``page`` with ``fields`` filled in; returns as `open` does."""
        body = urlencode({**form.fields, **fields})
        return self._follow(urljoin(page.url, form.action), body)

    def sign_in(
        self, authorization_url: str, username: str, password: str | None = None
    ) -> str:
        """Sign in with the form of the sign-in page.

        Args:
            username: One of ``simulator.people``; another is typed in all the same.
            password: The person's own unless given.

        Returns:
            The callback address. Without a prompt, when a session lives, it is
            whoever that session belongs to.

        Raises:
            SignInStopped: Logto kept the visitor.
        """
        answer = self.open(authorization_url)
        if isinstance(answer, str):
            return answer
        if not answer.path.endswith("sign-in"):
            answer = self._page(f"/sign-in?app_id={_app_id(authorization_url)}")
        if password is None:
            person = self.simulator.people.get(username)
            password = person.password if person else ""
        return self._finish(
            self.submit(
                answer,
                answer.form(identifier="", password=""),
                identifier=username,
                password=password,
            )
        )

    def sign_in_with(self, authorization_url: str, target: str, username: str) -> str:
        """Sign in with a social provider, as the account of ``username`` there.

        Args:
            target: Connector target, such as ``huggingface``; the page of
                ``direct_sign_in`` or the sign-in page's button leads there.

        Returns:
            The callback address.

        Raises:
            SignInStopped: Logto kept the visitor.
        """
        answer = self._provider_page(authorization_url, target)
        if isinstance(answer, str):
            return answer
        return self._finish(self.submit(answer, answer.form(account=username)))

    def cancel_at(self, authorization_url: str, target: str) -> Page:
        """Say no at a social provider; Logto then shows its sign-in page again.

        Raises:
            SignInStopped: The provider's page was not reached.
        """
        answer = self._provider_page(authorization_url, target)
        if isinstance(answer, Page):
            answer = self.submit(answer, answer.form(cancel=""))
        if isinstance(answer, str):
            raise LookupError("the visitor was sent to the application at once")
        return answer

    def register(self, authorization_url: str, username: str, **fields: str) -> str:
        """Create an account and sign in with it.

        Args:
            fields: ``password``, ``name`` and ``email``.

        Returns:
            The callback address.

        Raises:
            SignInStopped: Logto kept the visitor.
        """
        answer = self.open(authorization_url)
        if isinstance(answer, str):
            return answer
        if not answer.path.endswith("register"):
            answer = self._page(f"/register?app_id={_app_id(authorization_url)}")
        entered = {"username": username, "password": "secret", **fields}
        return self._finish(
            self.submit(answer, answer.form(username="", password=""), **entered)
        )

    def sign_out(self, end_session_url: str) -> str:
        """Sign out at Logto, as its page does by itself.

        Returns:
            Where Logto sends the browser then.

        Raises:
            SignInStopped: Logto refused; the page says why.
        """
        page = self.open(end_session_url)
        if isinstance(page, str):
            return page
        if page.status != 200:
            raise SignInStopped(page)
        answer = self.submit(page, page.form(xsrf="", logout="yes"))
        return answer if isinstance(answer, str) else answer.url

    def _provider_page(self, authorization_url: str, target: str) -> str | Page:
        answer = self.open(authorization_url)
        path = f"/providers/{target}/authorize"
        if isinstance(answer, Page) and answer.path != path:
            app_id = _app_id(authorization_url)
            answer = self._page(
                f"/direct/social/{target}?app_id={app_id}&fallback=sign-in"
            )
            if answer.path != path:
                raise SignInStopped(answer)
        return answer

    def _page(self, path: str) -> Page:
        answer = self.open(self.simulator.endpoint + path)
        if isinstance(answer, str):
            raise LookupError(f"{path} leads to another site")
        return answer

    def _finish(self, answer: str | Page) -> str:
        if isinstance(answer, Page):
            raise SignInStopped(answer)
        return answer

    def _follow(self, url: str, body: str | None = None) -> str | Page:
        own = urlsplit(self.simulator.endpoint).netloc
        for _ in range(_MAX_REDIRECTS):
            status, headers, text = self._send(url, body)
            location = headers.get("Location")
            if location is None:
                return Page(status, url, text)
            target = urljoin(url, location)
            if urlsplit(target).netloc != own:
                return target
            url, body = target, None
        raise RuntimeError(f"more than {_MAX_REDIRECTS} redirects")

    def _send(self, url: str, body: str | None) -> tuple[int, HTTPMessage, str]:
        parts = urlsplit(url)
        headers = {
            "Accept": "text/html",
            "Connection": "close",
            "Cookie": self.cookies.header(url),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            connection.request(
                "POST" if body is not None else "GET", target, body, headers
            )
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        self.cookies.store(response.headers.get_all("Set-Cookie") or ())
        return response.status, response.headers, text


def _app_id(authorization_url: str) -> str:
    return parse_qs(urlsplit(authorization_url).query)["client_id"][0]
