"""The Logto that the contract tests talk to: the simulator, or a real one.

A real one is used when ``LOGTO_CONTRACT_ENDPOINT`` is in the environment, with what
docs/simulator.md lists. Both are signed in at through Logto's Experience API, so that
nothing here knows the simulator's pages.
"""

import base64
import hashlib
import os
import secrets
import time
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pytest

from . import recorded_tenant
from .recorded_tenant import CLIENTS, PREFIX, SETTINGS, Client, variables
from .recorded_wire import FormReader
from .recordings import load, names

FULL_SCOPE = (
    "openid offline_access profile email phone address identities custom_data roles "
    "urn:logto:scope:organizations urn:logto:scope:organization_roles "
    "urn:logto:scope:sessions"
)
CONSENT = {"scope": FULL_SCOPE, "prompt": "consent"}
_PATIENCE_SECONDS = 10


class ServerUnderTest:
    def __init__(self):
        self.simulator = None
        self.environment = os.environ
        if f"{PREFIX}ENDPOINT" not in os.environ:
            self.simulator = recorded_tenant.recorded_tenant().start()
            self.environment = variables(self.simulator.endpoint)
        self.has_recorded_people = self.simulator is not None
        self.endpoint = self.setting("ENDPOINT")
        self.mine = self.application()
        self.post_logout_redirect_uri = self.setting("POST_LOGOUT_REDIRECT_URI")
        self.username = self.setting("USERNAME")
        self.password = self.setting("PASSWORD")
        self.replaced = self._replaced()
        self.client = httpx2.Client(base_url=self.endpoint)

    def close(self):
        self.client.close()
        if self.simulator is not None:
            self.simulator.stop()

    def setting(self, name):
        """Return a setting of the server; without it the test is skipped."""
        if not self.environment.get(f"{PREFIX}{name}"):
            pytest.skip(f"{PREFIX}{name} is not set")
        return self.environment[f"{PREFIX}{name}"]

    def application(self, name=""):
        """Return one of the server's applications, by what begins its settings."""
        return Client(
            self.setting(f"{name}APP_ID"),
            self.setting(f"{name}APP_SECRET") if CLIENTS[name].secret else "",
            self.setting(f"{name}REDIRECT_URI") if CLIENTS[name].redirect_uri else "",
        )

    def let_pass(self, seconds):
        """Make it ``seconds`` later at the server."""
        if self.simulator is not None:
            self.simulator.clock.advance(seconds)
        elif seconds > _PATIENCE_SECONDS:
            pytest.skip("needs the simulator's clock")
        else:
            time.sleep(seconds)

    def _replaced(self):
        pairs = {recorded_tenant.ENDPOINT: self.endpoint}
        for name, client in CLIENTS.items():
            pairs[client.app_id] = self.environment.get(f"{PREFIX}{name}APP_ID", "")
        for name in ("RESOURCE", "MACHINE_RESOURCE", "ORGANIZATION_ID"):
            pairs[SETTINGS[name]] = self.environment.get(f"{PREFIX}{name}", "")
        quoted = {
            quote(old, safe=""): quote(new, safe="") for old, new in pairs.items()
        }
        return {old: new for old, new in {**pairs, **quoted}.items() if new}

    def actual(self, text):
        """Return recorded ``text`` as this server would write it."""
        addresses = {
            recorded_tenant.REDIRECT_URI: self.mine.redirect_uri,
            recorded_tenant.POST_LOGOUT_REDIRECT_URI: self.post_logout_redirect_uri,
        }
        for recorded_text, own in addresses.items():
            if text.split("?")[0].split("#")[0] == recorded_text:
                text = text.replace(recorded_text, own, 1)
        for recorded_text, own in self.replaced.items():
            text = text.replace(recorded_text, own)
        return text

    def replay(self, prefix):
        """Send a recorded request that needs nothing beforehand."""
        (name,) = names(prefix)
        request = load(name)["request"]
        self.client.cookies.clear()
        query = request.get("query", {})
        return self.client.request(
            request["method"],
            request["path"],
            params={name: self.actual(value) for name, value in query.items()} or None,
            headers={"Accept": "text/html" if query else "application/json"},
        )

    def authorize(self, application=None, **parameters):
        """Send an authorization request from the current browser."""
        application = application or self.mine
        self.code_verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.code_verifier.encode()).digest()
        query = {
            "client_id": application.app_id,
            "redirect_uri": application.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": secrets.token_hex(8),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **parameters,
        }
        return self.client.get("/oidc/auth", params=query)

    def sign_in(self, username=None, password=None, application=None, **parameters):
        """Sign in as a fresh browser; return every answer on the way."""
        self.client.cookies.clear()
        answers = [self.authorize(application, **parameters)]
        answers += self.answer_prompt(username, password)
        if answers[-1].status_code == 200:
            answers += self.follow(answers[-1].json()["redirectTo"])
        return answers

    def answer_prompt(self, username=None, password=None):
        """Do what Logto's sign-in page does, until it works out or not."""
        path = "/api/experience"
        identifier = {"type": "username", "value": username or self.username}
        entered = {"identifier": identifier, "password": password or self.password}
        answers = [
            self.client.put(path, json={"interactionEvent": "SignIn"}),
            self.client.post(f"{path}/verification/password", json=entered),
        ]
        if answers[-1].status_code == 200:
            verified = answers[1].json()
            answers.append(self.client.post(f"{path}/identification", json=verified))
            answers.append(self.client.post(f"{path}/submit"))
        return answers

    def follow(self, location):
        """Follow redirects on the server; return every answer."""
        answers = []
        own = urlsplit(self.endpoint).netloc
        while urlsplit(location).netloc in ("", own):
            answers.append(self.client.get(location))
            if "Location" not in answers[-1].headers:
                break
            location = answers[-1].headers["Location"]
        return answers

    def code(self, application=None, **parameters):
        """Return a fresh authorization code."""
        answers = self.sign_in(application=application, **parameters)
        return callback_parameters(answers[-1])["code"]

    def post(self, path, form, application=None, *, secret=None, basic=True):
        """Send a form as an application."""
        application = application or self.mine
        secret = secret or application.secret
        headers = {}
        if basic and secret:
            pair = f"{application.app_id}:{secret}"
            credentials = base64.b64encode(pair.encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        elif basic:
            form = {**form, "client_id": application.app_id}
        return self.client.post(path, data=form, headers=headers)

    def exchange(
        self, code, application=None, *, secret=None, basic=True, without=(), **changes
    ):
        """Send a code to the token endpoint, with ``changes`` to what is right."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": (application or self.mine).redirect_uri,
            "code_verifier": self.code_verifier,
            **changes,
        }
        for name in without:
            del form[name]
        return self.post("/oidc/token", form, application, secret=secret, basic=basic)

    def tokens(self, application=None, **parameters):
        """Sign in and return the token response's document."""
        return self.exchange(self.code(application, **parameters), application).json()

    def refresh(self, refresh_token, application=None, **more):
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **more}
        return self.post("/oidc/token", form, application)

    def client_credentials(self, application, **more):
        form = {"grant_type": "client_credentials", **more}
        return self.post("/oidc/token", form, application)

    def userinfo(self, access_token):
        return self.client.get(
            "/oidc/me", headers={"Authorization": f"Bearer {access_token}"}
        )

    def revoke(self, token, **more):
        return self.post("/oidc/token/revocation", {"token": token, **more})

    def introspect(self, token, application=None, **more):
        return self.post(
            "/oidc/token/introspection", {"token": token}, application, **more
        )

    def end_session(self, **query):
        return self.client.get("/oidc/session/end", params=query or None)

    def confirm(self, page):
        """Send the form of a sign-out page."""
        form = FormReader(page.text)
        return self.client.post(form.action, data=form.fields)


def callback_parameters(answer):
    query = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}
