"""The Logto that the contract tests talk to: the simulator, or a real one.

A real one is used when these are in the environment: ``LOGTO_CONTRACT_ENDPOINT``,
``LOGTO_CONTRACT_APP_ID``, ``LOGTO_CONTRACT_APP_SECRET``,
``LOGTO_CONTRACT_REDIRECT_URI``, ``LOGTO_CONTRACT_POST_LOGOUT_REDIRECT_URI``,
``LOGTO_CONTRACT_USERNAME`` and ``LOGTO_CONTRACT_PASSWORD``. Both are signed in at
through Logto's Experience API, so that nothing here knows the simulator's pages.
"""

import base64
import hashlib
import os
import secrets
from urllib.parse import parse_qs, urlsplit

import httpx2

from logto_auth.testing import Application, Identity, Organization, Person, Simulator

from . import recorded_wire

FULL_SCOPE = (
    "openid offline_access profile email phone address identities custom_data roles "
    "urn:logto:scope:organizations urn:logto:scope:organization_roles "
    "urn:logto:scope:sessions"
)

# The people of the recordings.
ALICE = Person(
    username="alice",
    password="secret of alice",
    sub="2w0cu3csv1gp",
    name="Alice Liddell",
    given_name="Alice",
    family_name="Liddell",
    email="alice@example.com",
    phone="15551234567",
    picture="https://example.com/alice.png",
    profile={"nickname": "al", "zoneinfo": "Europe/London", "locale": "en-GB"},
    roles=["librarian"],
    organizations=[
        Organization(
            "b2s2lb8taqcg",
            "Wonderland",
            roles=["org-admin"],
            description="Down the rabbit hole",
        )
    ],
    identities={"huggingface": Identity("hf-sub-1b", {"id": "hf-sub-1b"})},
    custom_data={"plan": "gold"},
)
SOCIAL_BOB = Person(
    username="bob_upstream",
    password="secret of bob",
    sub="vfxe36lhcdkc",
    name="Bob Upstream",
    email="bob@upstream.example",
    picture="https://upstream.example/bob.png",
    identities={
        "my-oidc": Identity(
            "up-bob",
            {
                "id": "up-bob",
                "name": "Bob Upstream",
                "email": "bob@upstream.example",
                "avatar": "https://upstream.example/bob.png",
                "rawData": {
                    "aud": "logto-at-upstream",
                    "exp": 1795249809,
                    "iat": 1795249209,
                    "iss": "http://127.0.0.1:9998",
                    "sub": "up-bob",
                    "name": "Bob Upstream",
                    "email": "bob@upstream.example",
                    "nonce": "jzt7i74c8xq3zsyi7ocu1",
                    "picture": "https://upstream.example/bob.png",
                    "email_verified": True,
                },
            },
        )
    },
)
OTHER_APPLICATION = Application("spzdzltpaoacym6pj1wo3", "other secret")


def started_simulator():
    application = Application(
        app_id=recorded_wire.APP_ID,
        secret="a secret",
        redirect_uris=(recorded_wire.REDIRECT_URI, "http://localhost:8000/callback"),
        post_logout_redirect_uris=(recorded_wire.POST_LOGOUT_REDIRECT_URI,),
    )
    return Simulator(
        applications=[application, OTHER_APPLICATION], people=[ALICE, SOCIAL_BOB]
    ).start()


class ServerUnderTest:
    def __init__(self):
        environment = {
            name.removeprefix("LOGTO_CONTRACT_"): value
            for name, value in os.environ.items()
            if name.startswith("LOGTO_CONTRACT_")
        }
        self.simulator = None
        if "ENDPOINT" in environment:
            self.endpoint = environment["ENDPOINT"]
            self.app_id = environment["APP_ID"]
            self.app_secret = environment["APP_SECRET"]
            self.redirect_uri = environment["REDIRECT_URI"]
            self.post_logout_redirect_uri = environment["POST_LOGOUT_REDIRECT_URI"]
            self.username = environment["USERNAME"]
            self.password = environment["PASSWORD"]
        else:
            self.simulator = started_simulator()
            self.endpoint = self.simulator.endpoint
            self.app_id = recorded_wire.APP_ID
            self.app_secret = self.simulator.application.secret
            self.redirect_uri = recorded_wire.REDIRECT_URI
            self.post_logout_redirect_uri = recorded_wire.POST_LOGOUT_REDIRECT_URI
            self.username = ALICE.username
            self.password = ALICE.password
        self.replaced = {
            recorded_wire.ENDPOINT: self.endpoint,
            recorded_wire.ENDPOINT.replace(":", "%3A").replace("/", "%2F"): (
                self.endpoint.replace(":", "%3A").replace("/", "%2F")
            ),
            recorded_wire.APP_ID: self.app_id,
        }
        self.has_recorded_people = self.simulator is not None
        self.client = httpx2.Client(base_url=self.endpoint)

    def close(self):
        self.client.close()
        if self.simulator is not None:
            self.simulator.stop()

    def actual(self, text):
        """Return recorded ``text`` as this server would write it."""
        addresses = {
            recorded_wire.REDIRECT_URI: self.redirect_uri,
            recorded_wire.POST_LOGOUT_REDIRECT_URI: self.post_logout_redirect_uri,
        }
        for recorded_text, own in addresses.items():
            if text.split("?")[0].split("#")[0] == recorded_text:
                text = text.replace(recorded_text, own, 1)
        for recorded_text, own in self.replaced.items():
            text = text.replace(recorded_text, own)
        return text

    def replay(self, prefix):
        """Send a recorded request that needs nothing beforehand."""
        request = recorded_wire.recorded(prefix)["request"]
        self.client.cookies.clear()
        query = request.get("query", {})
        return self.client.request(
            request["method"],
            request["path"],
            params={name: self.actual(value) for name, value in query.items()} or None,
            headers={"Accept": "text/html" if query else "application/json"},
        )

    def authorize(self, **parameters):
        """Send an authorization request from the current browser."""
        self.code_verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.code_verifier.encode()).digest()
        query = {
            "client_id": self.app_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": secrets.token_hex(8),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **parameters,
        }
        return self.client.get("/oidc/auth", params=query)

    def sign_in(self, username=None, password=None, **parameters):
        """Sign in as a fresh browser; return every answer on the way."""
        self.client.cookies.clear()
        answers = [self.authorize(**parameters)]
        answers += self.answer_prompt(username, password)
        if answers[-1].status_code == 200:
            answers += self.follow(answers[-1].json()["redirectTo"])
        return answers

    def answer_prompt(self, username=None, password=None):
        """Do what Logto's sign-in page does, until it works out or not."""
        answers = [
            self.client.put("/api/experience", json={"interactionEvent": "SignIn"}),
            self.client.post(
                "/api/experience/verification/password",
                json={
                    "identifier": {
                        "type": "username",
                        "value": username or self.username,
                    },
                    "password": password or self.password,
                },
            ),
        ]
        if answers[-1].status_code == 200:
            answers.append(
                self.client.post(
                    "/api/experience/identification", json=answers[1].json()
                )
            )
            answers.append(self.client.post("/api/experience/submit"))
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

    def code(self, **parameters):
        """Return a fresh authorization code."""
        return callback_parameters(self.sign_in(**parameters)[-1])["code"]

    def post(self, path, form, *, secret=None, basic=True, app_id=None):
        """Send a form as the application."""
        headers = {}
        if basic:
            pair = f"{app_id or self.app_id}:{secret or self.app_secret}"
            headers["Authorization"] = (
                "Basic " + base64.b64encode(pair.encode()).decode()
            )
        return self.client.post(path, data=form, headers=headers)

    def exchange(self, code, *, secret=None, basic=True, without=(), **changes):
        """Send a code to the token endpoint, with ``changes`` to what is right."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.code_verifier,
            **changes,
        }
        for name in without:
            del form[name]
        return self.post("/oidc/token", form, secret=secret, basic=basic)

    def tokens(self, **parameters):
        """Sign in and return the token response's document."""
        return self.exchange(self.code(**parameters)).json()

    def refresh(self, refresh_token, **more):
        return self.post(
            "/oidc/token",
            {"grant_type": "refresh_token", "refresh_token": refresh_token, **more},
        )

    def userinfo(self, access_token):
        return self.client.get(
            "/oidc/me", headers={"Authorization": f"Bearer {access_token}"}
        )

    def revoke(self, token, **more):
        return self.post("/oidc/token/revocation", {"token": token, **more})

    def introspect(self, token, **more):
        return self.post("/oidc/token/introspection", {"token": token}, **more)

    def end_session(self, **query):
        return self.client.get("/oidc/session/end", params=query or None)

    def confirm(self, page):
        """Send the form of a sign-out page."""
        form = recorded_wire.FormReader(page.text)
        return self.client.post(form.action, data=form.fields)


def callback_parameters(answer):
    query = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}
