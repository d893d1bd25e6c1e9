"""The login page of an admin as a visitor reads it, and the way there through Logto."""

import html
import re

from tests.journey import path_of

BUTTON = "Sign in with Logto"
SOMEBODY_ELSE = "Sign in with Logto as somebody else"
# Fewer than browsers follow.
MOST_HOPS = 12


class LoginPage:
    """What the page says and where its links lead."""

    def __init__(self, response):
        assert response.status_code == 200
        self.path = response.request["PATH_INFO"]
        self.text = html.unescape(response.content.decode())

    @property
    def takes_passwords(self):
        return 'type="password"' in self.text

    def link(self, name):
        """Return where the link of a name leads, None when there is none."""
        found = re.search(rf'<a[^>]* href="([^"]*)"[^>]*>{name}</a>', self.text)
        return found and found[1]


def arrive(journey, url, username="alice"):
    """Follow redirects from a page of the site, through Logto, until they end."""
    response = journey.client.get(url)
    hops = 0
    while response.status_code == 302:
        hops += 1
        assert hops <= MOST_HOPS, "it goes round"
        url = response["Location"]
        if url.startswith(journey.logto.endpoint):
            url = path_of(journey.visitor.sign_in(url, username))
        response = journey.client.get(url)
    return response
