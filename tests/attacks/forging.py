"""ID tokens, keys and documents that no Logto would send, for the simulator to send."""

import json
import time

from django.contrib.auth import get_user_model
from django.core.cache import cache

from logto_auth.engine.provider import forget_providers
from logto_auth.models import LogtoAccount
from tests.unit.minted_tokens import ABSENT, KINDS, compact, jwk, present

DISCOVERY_PATH = "/oidc/.well-known/openid-configuration"
KEYS_PATH, TOKEN_PATH, USERINFO_PATH = "/oidc/jwks", "/oidc/token", "/oidc/me"
#: What a discovery document has to have.
ENDPOINTS = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"]
ENDPOINTS += ["jwks_uri", "end_session_endpoint", "revocation_endpoint"]
LISTS = ["response_types_supported", "subject_types_supported"]
LISTS += ["id_token_signing_alg_values_supported"]
#: Seconds of its own that a callback may take, whatever Logto's answer is made of.
QUICK = 1


def forget_logto():
    """Let this process and the cache know nothing of Logto."""
    forget_providers()
    cache.clear()


def changed(members, changes):
    """Return ``members`` with changes; a function is given the right value."""
    new = {
        name: value(members.get(name)) if callable(value) else value
        for name, value in changes.items()
    }
    return present({**members, **new})


def claims_with(**changes):
    """Return a forger that changes claims and has the tenant's key sign them."""
    return lambda claims, header: (changed(claims, changes), header)


def header_with(**changes):
    """Return a forger that changes the header, which decides how to sign."""
    return lambda claims, header: (claims, changed(header, changes))


def minted(
    alg="ES384", signature=None, *, owner="logto", payload=None, text=None, **members
):
    """Return a forger of tokens that are signed with a key of `publish_keys`.

    Args:
        alg: What the header says; one that nobody knows is signed as ``ES384``.
        signature: As `compact` takes it.
        payload: Makes another payload of the right claims.
        text: Makes another text of the whole token.
        members: Of the header; ``kid`` is that of the fitting key, if there is one.
    """

    def forge(claims, header):
        known = alg if isinstance(alg, str) and alg in KINDS else "ES384"
        first = present({"alg": alg, "kid": KINDS[known], **members})
        second = claims if payload is None else payload(claims)
        token = compact(first, second, signature, alg=known, owner=owner)
        return token if text is None else text(token)

    return forge


def forge_document(logto, **changes):
    """Change the discovery document; the text is ASCII, so that it can be sent."""
    logto.forge_discovery = lambda document: json.dumps(
        changed(document, changes)
    ).encode()


def first_right_then(**changes):
    """Return a forger that tells the truth to the start of a sign-in only."""
    told = []

    def forge(document):
        told.append(document)
        return document if len(told) == 1 else changed(document, changes)

    return forge


def publish_keys(logto, *jwks):
    """Let Logto publish more keys: one of each kind that there is, or ``jwks``."""
    more = jwks or [jwk(kind) for kind in dict.fromkeys(KINDS.values())]
    logto.forge_jwks = lambda document: {"keys": [*document["keys"], *more]}


def literal(**members):
    """Return a function that writes claims as JSON, some of them as given here."""

    def payload(claims):
        rest = {name: value for name, value in claims.items() if name not in members}
        given = b"".join(
            b'"%s":%s,' % (name.encode(), value) for name, value in members.items()
        )
        return b"{" + given + json.dumps(rest).encode()[1:]

    return payload


class Trial:
    """Sign-ins at which Logto hands out a token that a test has made."""

    def __init__(self, journey, refused, kept):
        self.journey = journey
        self.logto = journey.logto
        self._refused = refused
        self._kept = kept

    def refuses(self, forge, reason, code="token_invalid", **query):
        """Check that a token signs nobody in, neither in nor out of a session.

        The visitor is signed in with a password and stays that. Nothing is asked with
        the access token that came with it.
        """
        client = self._somebody()
        url = self.journey.callback_url(**query)
        self.logto.forge_id_token = forge
        self.logto.forget_calls()
        started = time.thread_time()
        with self._kept(client):
            response = client.get(url)
        assert time.thread_time() - started < QUICK
        error = self._refused(response, code, reason)
        assert [user.username for user in get_user_model().objects.all()] == ["pat"]
        assert not LogtoAccount.objects.exists()
        assert not self.logto.count(USERINFO_PATH)
        return error

    def accepts(self, forge=None, **query):
        """Check that a token signs its person in; return the claims that count."""
        url = self.journey.callback_url(**query)
        if forge is not None:
            self.logto.forge_id_token = forge
        response = self.journey.client.get(url)
        assert response.status_code == 302, response.context["error"]
        page = self.journey.client.get("/protected/").json()
        assert page["claims"]["sub"] == LogtoAccount.objects.get().subject
        return page["claims"]

    def refuses_start(self, code, reason=None):
        """Check that no sign-in starts, and that nothing is kept of it."""
        client = self._somebody()
        cookies = client.cookies.output()
        with self._kept(client):
            response = client.get("/logto/sign-in/")
        assert client.cookies.output() == cookies
        return self._refused(response, code, reason)

    def refuses_cold_callback(self, code, reason=None):
        """Check that a callback fails in a process that knows nothing of Logto yet.

        The code stays here, for there is nobody who could be trusted with it.
        """
        client = self._somebody()
        url = self.journey.callback_url()
        forget_logto()
        self.logto.forget_calls()
        with self._kept(client):
            response = client.get(url)
        assert not self.logto.count(TOKEN_PATH)
        assert not LogtoAccount.objects.exists()
        return self._refused(response, code, reason)

    def _somebody(self):
        """Sign somebody in with a password who has a session to lose."""
        user, _ = get_user_model().objects.get_or_create(username="pat")
        backend = "django.contrib.auth.backends.ModelBackend"
        self.journey.client.force_login(user, backend)
        return self.journey.client


__all__ = [
    "ABSENT",
    "DISCOVERY_PATH",
    "ENDPOINTS",
    "KEYS_PATH",
    "LISTS",
    "QUICK",
    "TOKEN_PATH",
    "USERINFO_PATH",
    "Trial",
    "changed",
    "claims_with",
    "first_right_then",
    "forge_document",
    "forget_logto",
    "header_with",
    "literal",
    "minted",
    "publish_keys",
]
