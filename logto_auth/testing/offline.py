"""A sign-in at a Logto in this process: nothing is sent, nothing listens.

What happens between the callback and its `Grant` is the package's own code, from the
exchange of the code to the verification of the ID token. Only what Logto would be
asked is answered here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..claim_rules import CLAIM_SCOPES
from ..conf import logto_settings
from ..engine.keys import KeySet
from ..engine.mode import Blocking, Mode, run_blocking
from ..engine.provider import Metadata, Provider
from ..engine.sdk import Grant, LogtoSdkClient
from ..engine.transport import Request, Response
from ..engine.verification import VerifiedClaims, verify_id_token
from ..sessions.access_tokens import Wanted, with_token
from .simulator.application import Application
from .simulator.claims import (
    ONLY_IN_USERINFO,
    userinfo_claims,
    with_absolute_addresses,
)
from .simulator.discovery import metadata
from .simulator.grants import ACCESS_TOKEN_SECONDS, Token, opaque
from .simulator.people import PEOPLE
from .simulator.person import Organization, Person
from .simulator.tenant import Tenant
from .stated_claims import check_claims

USERNAME = "visitor"


def offline_grant(
    person: Person | str | None, claims: Mapping[str, Any], *, redirect_uri: str
) -> Grant:
    """Return what a sign-in brings.

    Args:
        person: A person, the username of a ready-made one, or None for nobody in
            particular.
        claims: What Logto tells instead about the person, by claim.

    Raises:
        ConfigurationError: ``LOGTO`` is not complete.
        LookupError: There is no ready-made person with this username.
        ProviderError: A site that got these claims from Logto would refuse them.
        TypeError: ``person`` is something else.
        ValueError: Logto sends no such claim, not with the scopes of the site, or
            never with such a value.
    """
    check_claims(claims)
    nonce = secrets.token_urlsafe(16)
    described = _described(person, claims)
    logto = _Logto(described, claims, nonce=nonce)
    grant = run_blocking(
        LogtoSdkClient(logto.mode, provider=logto).complete(
            redirect_uri=redirect_uri,
            state=opaque(),
            code=opaque(),
            code_verifier=opaque(),
            nonce=nonce,
            max_age=None,
            iss=logto.issuer,
        )
    )
    return replace(grant, tokens=logto.with_access_tokens(grant.tokens, described))


def _described(person: Person | str | None, claims: Mapping[str, Any]) -> Person:
    """Return the person with those claims from which Logto derives others."""
    if isinstance(person, str):
        person = _ready_made(person)
    elif person is None:
        username = claims.get("username", USERNAME)
        person = Person(username=username, sub=_subject(username or USERNAME))
    elif not isinstance(person, Person):
        raise TypeError(f"neither a Person nor a username: {person!r}")
    fields = {"sub": "sub", "username": "username", "email": "email"}
    fields["phone_number"] = "phone"
    changes = {fields[name]: claims[name] for name in fields if name in claims}
    if "organizations" in claims:
        ids = claims["organizations"]
        changes["organizations"] = [Organization(id=item, name=item) for item in ids]
    return replace(person, **changes)


def _ready_made(username: str) -> Person:
    people = {person.username: person for person in PEOPLE}
    if username not in people:
        raise LookupError(
            f"nobody is called {username!r}; there are {', '.join(people)}. "
            f"For somebody else: username={username!r}"
        )
    return people[username]


def _subject(username: str) -> str:
    """Return an id that looks like Logto's, the same one for the same username."""
    return hashlib.sha256(username.encode()).hexdigest()[:12]


class _Logto(Provider):
    """The site's Logto, as one person finds it who is signing in."""

    def __init__(self, person: Person, claims: Mapping[str, Any], *, nonce: str):
        endpoint, scopes = logto_settings.ENDPOINT, logto_settings.SCOPES
        super().__init__(endpoint)
        self._tenant = Tenant(
            endpoint=endpoint,
            applications=[Application(app_id=logto_settings.APP_ID)],
            people=[person],
        )
        token = Token(
            kind="access_token",
            clock=self._tenant.clock,
            grant_id="",
            app_id=logto_settings.APP_ID,
            sub=person.sub,
            scopes=scopes,
            lives=ACCESS_TOKEN_SECONDS,
            nonce=nonce,
        )
        stated = {n: v for n, v in claims.items() if n not in ONLY_IN_USERINFO}
        self._tenant.forge_id_token = lambda told, header: ({**told, **stated}, header)
        answer = {
            "access_token": token.value,
            "expires_in": int(token.lives),
            "id_token": self._tenant.id_token(person, token, scopes),
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }
        if "offline_access" in scopes and "consent" in logto_settings.PROMPT.split():
            answer["refresh_token"] = opaque()
        told = userinfo_claims(person, scopes)
        told |= {name: claims[name] for name in claims if name in CLAIM_SCOPES}
        document = metadata(self._tenant)
        self.mode = _Answered(
            {
                document["token_endpoint"]: answer,
                document["userinfo_endpoint"]: with_absolute_addresses(told, endpoint),
            }
        )

    def with_access_tokens(
        self, tokens: Mapping[str, str], person: Person
    ) -> Mapping[str, str]:
        """Add tokens for all that a view may ask for: there is no Logto to ask."""
        organizations = [item.id for item in person.organizations]
        for resource in ("", *logto_settings.RESOURCES):
            for organization_id in ("", *organizations):
                wanted = Wanted(resource, organization_id)
                if wanted != Wanted():
                    tokens = with_token(
                        tokens,
                        wanted,
                        self._access_token(wanted, person),
                        obtained_at=time.time(),
                        expires_in=ACCESS_TOKEN_SECONDS,
                    )
        return tokens

    def _access_token(self, wanted: Wanted, person: Person) -> str:
        now = int(time.time())
        claims = {
            "jti": opaque(),
            "sub": person.sub,
            "iat": now,
            "exp": now + ACCESS_TOKEN_SECONDS,
            "client_id": logto_settings.APP_ID,
            "iss": self.issuer,
            "aud": wanted.resource or wanted.key,
        }
        if wanted.resource and wanted.organization_id:
            claims["organization_id"] = wanted.organization_id
        return self._tenant.access_token(claims, logto_settings.APP_ID)

    async def metadata(self, mode: Mode) -> Metadata:
        """Return the metadata, past the cache: it must not outlive the sign-in."""
        return Metadata.parse(metadata(self._tenant), issuer=self.issuer)

    async def verify_id_token(
        self, mode: Mode, unverified_id_token: str, **expected: Any
    ) -> VerifiedClaims:
        """Verify the token as `Provider` does, with keys that nobody has cached."""
        keys = KeySet.parse(self._tenant.keys.jwks())
        return verify_id_token(
            unverified_id_token, keys, issuer=self.issuer, **expected
        )


class _Answered(Blocking):
    """Sends nothing: each address has its answer."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    async def send(self, request: Request) -> Response:
        body = json.dumps(self._answers[request.url]).encode()
        return Response(200, {"content-type": "application/json"}, body)
