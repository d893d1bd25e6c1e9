"""A tab of a browser, for the tests of tabs that take turns at Logto."""

from tests.journey import path_of

TYPED = {
    "sec-fetch-site": "none",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-user": "?1",
}
CLICKED = {**TYPED, "sec-fetch-site": "same-origin"}
MOVED_ON = {name: CLICKED[name] for name in CLICKED if name != "sec-fetch-user"}
SIGN_IN = "/logto/sign-in/?next=%2Fprotected%2F"
ANOTHER = f"{SIGN_IN}%3Fanother"


class Tab:
    """One tab: follows what it is told by redirects, and looks again when asked to."""

    def __init__(self, client, headers=TYPED):
        self.client = client
        self.headers = headers

    def open(self, url=SIGN_IN):
        self.response = self.client.get(url, headers=self.headers)
        while self.response.status_code == 302 and not self.is_at_logto:
            if not self.response["Location"].startswith("/logto/sign-in/"):
                break
            self.response = self.client.get(
                self.response["Location"], headers=self.headers
            )
        return self

    @property
    def is_at_logto(self):
        return "/oidc/auth" in self.response.get("Location", "")

    @property
    def waits(self):
        return self.response.status_code == 200 and "Refresh" in self.response

    def look_again(self):
        assert self.waits
        return self.open(self.response["Refresh"].partition("url=")[2])

    def finish(self, visitor, username="alice"):
        """Sign in at Logto and come back."""
        url = path_of(visitor.sign_in(self.response["Location"], username))
        self.response = self.client.get(url)
        return self
