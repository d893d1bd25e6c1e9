"""Everything that one simulated Logto tenant knows."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable
from typing import Any

import jwt
from aiohttp import web

from .application import Application
from .claims import id_token_claims, with_absolute_addresses
from .cookies import read_cookie
from .forgery import Forgeable
from .grants import Grants, Token
from .interactions import Interactions
from .oidc_error import OidcError
from .person import Identity, Person
from .sessions import LogtoSession, Sessions
from .signing import Keys

ID_TOKEN_SECONDS = 3600
ORGANIZATIONS_RESOURCE = "urn:logto:resource:organizations"


class Tenant(Forgeable):
    """Applications, people, sessions, grants and keys.

    Args:
        endpoint: Scheme, host and port, as applications and browsers know it.
        resources: Indicators of the API resources that may be asked for.
        algorithm: What the tenant signs with.
    """

    def __init__(
        self,
        *,
        endpoint: str = "",
        applications: Iterable[Application],
        people: Iterable[Person],
        resources: Iterable[str] = (),
        algorithm: str = "ES384",
    ) -> None:
        super().__init__()
        self.endpoint = endpoint
        self.applications = {item.app_id: item for item in applications}
        self.people = {item.username: copy.deepcopy(item) for item in people}
        self.resources = {ORGANIZATIONS_RESOURCE, *resources}
        self.keys = Keys(algorithm)
        self.sessions = Sessions()
        self.grants = Grants(self.sessions.holds)
        self.interactions = Interactions()
        self.provider_codes: dict[str, tuple[str, Identity]] = {}

    @property
    def issuer(self) -> str:
        return f"{self.endpoint}/oidc"

    def application_of(self, app_id: str) -> Application:
        """Return an application.

        Raises:
            OidcError: There is none.
        """
        if app_id not in self.applications:
            raise OidcError("invalid_client", f"invalid client {app_id}")
        return self.applications[app_id]

    def person_of(self, sub: str | None) -> Person | None:
        """Return the person with this subject, unless deleted or suspended."""
        for person in self.people.values():
            if person.sub == sub and not person.suspended:
                return person
        return None

    def session_of(self, request: web.Request) -> LogtoSession | None:
        """Return the browser's session; suspending a person ends theirs."""
        session = self.sessions.find(read_cookie(request, "_session"))
        if session is None or session.sub is None:
            return session
        if self.person_of(session.sub) is None:
            self.sessions.end(session, self.grants)
            return None
        return session

    def id_token(self, person: Person, token: Token, scopes: Iterable[str]) -> str:
        """Return a signed ID token for the sign-in that ``token`` comes from."""
        now = int(time.time())
        claims: dict[str, Any] = with_absolute_addresses(
            id_token_claims(person, scopes), self.endpoint
        )
        if token.auth_time is not None:
            claims["auth_time"] = token.auth_time
        if token.nonce is not None:
            claims["nonce"] = token.nonce
        claims |= {
            "aud": token.app_id,
            "exp": now + ID_TOKEN_SECONDS,
            "iat": now,
            "iss": self.issuer,
        }
        forged = self.forge_id_token(claims, self.keys.header())
        if isinstance(forged, str):
            return forged
        secret = self.applications[token.app_id].secret
        return self.keys.jwt(forged[1], forged[0], secret=secret)

    def issued_claims(self, id_token: str) -> dict[str, Any] | None:
        """Return the claims of a token of this tenant's, expired or not."""
        for key in self.keys.published:
            try:
                claims: dict[str, Any] = jwt.decode(
                    id_token,
                    jwt.PyJWK(key.public_jwk()),
                    algorithms=[key.algorithm],
                    options={"verify_aud": False, "verify_exp": False},
                    issuer=self.issuer,
                )
            except jwt.InvalidTokenError:
                continue
            return claims
        return None


TENANT = web.AppKey("TENANT", Tenant)
