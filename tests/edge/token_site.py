"""A site of four processes whose visitors use access tokens, and ways to each."""

import contextlib
import hashlib
import json
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain, islice, zip_longest
from urllib.parse import urlencode, urlsplit

from django.db import connection

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from logto_auth.testing import Resource
from tests.asking import API, ROTATION
from tests.edge.served import (
    GUNICORN,
    STARTING_SECONDS,
    UVICORN,
    new_browser,
    serve_tests_site,
    sign_in,
)

PROCESSES = 4
#: Longer than a test: a connection stays with the process that has accepted it.
KEPT_SECONDS = 60
SYNC = [*GUNICORN, f"--workers={PROCESSES}", "--threads=4", "--preload"]
SYNC += [f"--keep-alive={KEPT_SECONDS}"]
ASYNC = [*UVICORN, f"--workers={PROCESSES}", f"--timeout-keep-alive={KEPT_SECONDS}"]
SERVERS = {"gunicorn": SYNC, "uvicorn": ASYNC}


@dataclass(frozen=True)
class Answer:
    """What a process has answered."""

    status: int
    process: int
    text: str

    @property
    def token(self):
        """The digest of the token that a page has used."""
        return json.loads(self.text)["token"]

    def json(self):
        return json.loads(self.text)


class Connection:
    """A browser with the cookies of a session, connected to one process from then on.

    ``process`` is known when it has answered.
    """

    process = None

    def __init__(self, address, cookies):
        where = urlsplit(address)
        self._connection = HTTPConnection(where.hostname, where.port, timeout=30)
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._headers = {"Accept": "text/html", "Cookie": cookie}

    def get(self, path, **query):
        """Return the answer to a request; OSError if the process has died of it."""
        target = f"{path}?{urlencode(query)}"
        self._connection.request("GET", target, headers=self._headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, int(response.headers["X-Process"]), text)

    def close(self):
        self._connection.close()


class TokenSite:
    """A running site.

    ``prefix`` begins the views of its kind.
    """

    def __init__(self, address, simulator, prefix):
        self.address = address
        self.simulator = simulator
        self.prefix = prefix
        self._open = []

    def sign_in(self, username):
        """Return the cookies of a new session."""
        with new_browser(self.address) as browser:
            page = sign_in(browser, self.simulator, "/protected/", username)
            assert page.status_code == 200
            return dict(browser.cookies)

    def sign_in_expired(self, username):
        """Return those of a session whose access token has ended."""
        self.simulator.forge_token_response = lambda told: {**told, "expires_in": 1}
        cookies = self.sign_in(username)
        self.simulator.stop_forging()
        time.sleep(1.1)
        self.simulator.forget_calls()
        return cookies

    def connect(self, cookies):
        """Return a connection to whatever process takes it."""
        self._open.append(Connection(self.address, cookies))
        return self._open[-1]

    def connect_to_all(self, cookies, number):
        """Return so many connections, an equal share to each process."""
        share, by_process = -(-number // PROCESSES), defaultdict(list)
        deadline = time.monotonic() + STARTING_SECONDS
        while len(by_process) < PROCESSES or min(map(len, by_process.values())) < share:
            assert time.monotonic() < deadline, {
                p: len(by_process[p]) for p in by_process
            }
            with ThreadPoolExecutor(8) as pool:
                made_now = [self.connect(cookies) for _ in range(8)]
                answers = pool.map(lambda made: made.get("/"), made_now)
                for made, answer in zip(made_now, answers, strict=True):
                    made.process = answer.process
                    if len(by_process[made.process]) < share:
                        by_process[made.process].append(made)
                    else:
                        made.close()
        turns = chain.from_iterable(zip_longest(*by_process.values()))
        return list(islice(turns, number))

    def token(self, connection, **wanted):
        """Return the answer of a page that uses an access token."""
        return connection.get(f"/{self.prefix}token/", **wanted)

    def tokens_at_once(self, connections, **wanted):
        """Return their answers when all of them ask at the same time."""
        with ThreadPoolExecutor(len(connections)) as pool:
            return list(pool.map(lambda each: self.token(each, **wanted), connections))

    def clear(self, connection):
        """Let a page forget the access tokens, as if they had ended."""
        assert connection.get(f"/{self.prefix}clear-tokens/").status == 200

    def rotate_always(self):
        """Let Logto replace every refresh token when it is used."""

        def age(told):
            issued = self.simulator.grants.tokens[told["refresh_token"]]
            issued.issued_at = self.simulator.clock.now() - ROTATION
            return told

        for token in self.simulator.grants.tokens.values():
            if token.kind == "refresh_token":
                age({"refresh_token": token.value})
        self.simulator.forge_token_response = age

    def close(self):
        """Close what is open: a server waits for it when it is told to end."""
        for each in self._open:
            each.close()


@contextlib.contextmanager
def token_site(simulator, directory, server, **variables):
    """Run a site on the database of the test, until the end of the block.

    One that runs after it has the same sessions.
    """
    simulator.resources[API] = Resource(API, scopes={"read:books": ["librarian"]})
    database = str(connection.settings_dict["NAME"])
    # Closed, or SQLite's locks of this process would be in the way of the others.
    connection.close()
    app_id = f"tokens-{directory.name}"
    running = serve_tests_site(
        simulator,
        directory,
        server,
        database=database,
        app_id=app_id,
        SERVER_RESOURCES=API,
        **variables,
    )
    with running as address:
        site = TokenSite(address, simulator, "a" if server is ASYNC else "")
        try:
            yield site
        finally:
            site.close()


def stored_refresh_tokens():
    """Return the refresh token that the site has stored, by the person's subject."""
    rows = list(LogtoSession.objects.select_related("account"))
    connection.close()
    return {row.account.subject: open_tokens(row)["refreshToken"] for row in rows}


def newest_refresh_tokens(simulator):
    """Return the one that Logto has issued last, by the person's subject."""
    issued = list(simulator.grants.tokens.values())
    return {token.sub: token.value for token in issued if token.kind == "refresh_token"}


def issued_by_digest(simulator):
    """Return the access tokens that Logto has issued, by what the views tell."""
    return {
        hashlib.sha256(value.encode()).hexdigest(): value
        for value, name in simulator.secrets.items()
        if name == "access_token"
    }
