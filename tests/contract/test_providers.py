"""Signing in with a provider: where a browser goes, and what a refusal there does.

Logto's pages go on by script and the simulator's by redirect, so that the addresses
are what is compared, in order, and how the first of them is answered.
"""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from .recorded_wire import FormReader
from .server_under_test import CONSENT

recording = pytest.mark.recording
CONNECTOR = re.compile(r"(?<=/callback/)[\w-]+")
# What every provider is told; the rest is how its connector is set up.
TOLD = ("response_type", "redirect_uri", "state")


@pytest.fixture
def same_run(server, comparison, simulator):
    """Assert that a browser went where the recorded one did."""

    def check(prefix, answers):
        run = comparison.declared_recording(prefix)
        comparison.head(run["response"], answers[0], prefix)
        places = [server.actual(url) for url in run["documents"]]
        if run["final_url"] != run["documents"][-1]:
            places.append(server.actual(run["final_url"]))
        found = [str(answer.url) for answer in answers]
        assert [place(url, server) for url in found] == [
            place(url, server) for url in places
        ]
        for urls in (found, places):
            assert len(set(states(urls[2:]))) == 1
        assert run["callback_hits"] == []
        for answer in answers:
            assert not answer.headers.get("Location", "").startswith(
                server.mine.redirect_uri
            )

    return check


def place(url, server):
    """Return an address without what differs between two servers and two runs."""
    parts = urlsplit(CONNECTOR.sub("*", url.replace("%2F", "/")))
    query = parse_qsl(parts.query)
    is_logtos = url.startswith(server.endpoint) and "/providers/" not in parts.path
    if not is_logtos:
        query = [pair for pair in query if pair[0] in TOLD]
    shown = {name: "*" if name == "state" else value for name, value in query}
    if parts.path == "/oidc/auth":
        shown = {}
    return parts.path if is_logtos else "the provider", shown


def states(urls):
    """Return the states in ``urls``, of those that have one."""
    queries = [dict(parse_qsl(urlsplit(url).query)) for url in urls]
    return [query["state"] for query in queries if "state" in query]


def to_provider(server, target):
    """Go to a provider's page; return every answer on the way."""
    server.client.cookies.clear()
    first = server.authorize(**CONSENT, direct_sign_in=f"social:{target}")
    return [first, *server.follow(first.headers["Location"])]


@recording("804", "805", "806")
def test_the_provider_is_reached_at_once(server, same_run):
    same_run("804", to_provider(server, "huggingface"))
    same_run("805", to_provider(server, "facebook"))
    same_run("806", to_provider(server, "naver"))


@recording("613")
def test_a_refusal_there_ends_on_logtos_sign_in_page(server, same_run):
    answers = to_provider(server, "my-oidc")
    # The last of the page's buttons is the one that says no.
    form = {"state": FormReader(answers[-1].text).fields["state"], "cancel": "yes"}
    refused = server.client.post(str(answers[-1].url), data=form)
    answers += server.follow(refused.headers["Location"])
    same_run("613", answers)
    assert answers[-1].status_code == 200
    assert 'role="alert"' in answers[-1].text
