"""A person with a browser, played over HTTP: signs in and out at the simulator.

Redirects are followed on the simulator's own host only; whatever leads elsewhere is
returned, so that a test hands it to its own site, as `Visitor.enter` does.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from .browser import Browser, Page
from .cookie_jar import CookieJar
from .html_form import HtmlForm
from .round_trip import RoundTrip
from .simulator.server import Simulator


class SignInStopped(Exception):
    """The sign-in did not reach the application; ``page`` shows why."""

    def __init__(self, page: Page) -> None:
        why = f": {page.alert}" if page.alert else ""
        super().__init__(f"stopped at {page.path} with status {page.status}{why}")
        self.page = page


class Visitor(RoundTrip):
    """One browser with its own cookies.

    Args:
        simulator: Where it signs in.
    """

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._browser = Browser()

    @property
    def cookies(self) -> CookieJar:
        """The cookies that Logto gave this browser."""
        return self._browser.cookies

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
        """Sign in on the sign-in page, with its form if the person has a password.

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
        if answer.status >= 400:
            raise SignInStopped(answer)
        if not answer.path.endswith("sign-in"):
            answer = self._page(f"/sign-in?app_id={_app_id(authorization_url)}")
        person = self.simulator.people.get(username)
        if password is None and person is not None and not person.password:
            return self._finish(self.submit(answer, answer.form(person=username)))
        if password is None:
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
        """Sign in with a provider, as the account of ``username`` there.

        Args:
            target: Connector target, such as ``huggingface``, or ``sso:`` and the id
                of an enterprise connector, such as ``sso:enterprise-1``; the page of
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

    def _sign_in_as(self, username: str, authorization_url: str) -> str:
        """Do what `sign_in` does, unless it is somebody else who comes back.

        Raises:
            LookupError: Logto did not ask, for somebody else is signed in there.
            SignInStopped: Logto kept the visitor.
        """
        callback = self.sign_in(authorization_url, username)
        # Only now, because an application may have Logto ask again. A refusal has no
        # code and is for the application, whoever is signed in.
        has_code = "code" in parse_qs(urlsplit(callback).query)
        simulator = self.simulator
        person = simulator.person_at(self.cookies.header(f"{simulator.endpoint}/"))
        if has_code and person and person is not simulator.people.get(username):
            raise LookupError(
                f"this visitor is signed in at Logto as {person.username!r}, and Logto "
                f"did not ask for {username!r}: let the visitor leave() or sign_out() "
                "first, or take a new Visitor(simulator)"
            )
        return callback

    def _provider_page(self, authorization_url: str, target: str) -> str | Page:
        answer = self.open(authorization_url)
        method, _, name = target.rpartition(":")
        path = f"/providers/{name}/authorize"
        if isinstance(answer, Page) and answer.path != path:
            app_id = _app_id(authorization_url)
            answer = self._page(
                f"/direct/{method or 'social'}/{name}?app_id={app_id}&fallback=sign-in"
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
        return self._browser.follow(url, body, within=self.simulator.endpoint)


def _app_id(authorization_url: str) -> str:
    return parse_qs(urlsplit(authorization_url).query)["client_id"][0]
