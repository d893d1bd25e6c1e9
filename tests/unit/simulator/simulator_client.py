"""An application of the simulator's, by hand: no code of the package's own engine."""

import base64
import hashlib
import json
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode()
)


class Answer:
    def __init__(self, response, length=None):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read(length)

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One application; `url` builds authorization requests that are right."""

    def __init__(self, simulator):
        self.simulator = simulator

    def url(self, **changes):
        """Return an authorization URL; None takes a parameter away."""
        application = self.simulator.application
        parameters = {
            "client_id": application.app_id,
            "redirect_uri": application.redirect_uris[0],
            "response_type": "code",
            "scope": "openid profile",
            "state": "st4te",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        kept = [
            (name, value) for name, value in parameters.items() if value is not None
        ]
        return f"{self.simulator.endpoint}/oidc/auth?{urlencode(kept, doseq=True)}"

    def send(self, method, path, body=None, headers=None):
        connection = HTTPConnection(self.simulator.host, self.simulator.port, timeout=9)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.send("GET", path, headers=headers)

    def post(self, path, form, *, app_id=None, secret=None):
        application = self.simulator.application
        pair = f"{app_id or application.app_id}:{secret or application.secret}"
        return self.send(
            "POST",
            path,
            urlencode(form),
            {
                "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )

    def exchange(self, callback, **changes):
        """Exchange the code of a callback address."""
        form = {
            "grant_type": "authorization_code",
            "code": parameters_of(callback)["code"],
            "redirect_uri": self.simulator.application.redirect_uris[0],
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.post("/oidc/token", form)

    def refresh(self, refresh_token, **more):
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **more}
        return self.post("/oidc/token", form)

    def userinfo(self, access_token):
        return self.get("/oidc/me", Authorization=f"Bearer {access_token}")

    def verified(self, id_token):
        """Return the claims of an ID token that the published keys verify."""
        keys = jwt.PyJWKSet.from_dict(self.get("/oidc/jwks").json)
        header = jwt.get_unverified_header(id_token)
        return jwt.decode(
            id_token,
            keys[header["kid"]],
            algorithms=[header["alg"]],
            audience=self.simulator.application.app_id,
            issuer=self.simulator.issuer,
        )

    def tokens(self, visitor, username="alice", **parameters):
        """Sign in and return the token response."""
        callback = visitor.sign_in(self.url(**parameters), username)
        return self.exchange(callback).json


def parameters_of(address):
    query = parse_qs(urlsplit(address).query)
    return {name: values[0] for name, values in query.items()}
