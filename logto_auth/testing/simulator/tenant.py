"""Everything that one simulated Logto tenant knows."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import jwt
from aiohttp import web

from .account_center import AccountCenter
from .application import Application
from .claims import SCOPES, id_token_claims, with_absolute_addresses
from .clock import Clock
from .connector import Connector
from .cookies import read_cookie, set_cookie
from .delivery import Deliveries
from .forgery import Claims, Forgeable, Header
from .grants import Grants, Token
from .hook import Hook
from .interactions import Interaction, Interactions
from .oidc_error import OidcError
from .person import Person
from .provider import ENTERPRISE, Account, Provider, social_provider
from .resource import Resource, by_indicator
from .sessions import SESSION_SECONDS, LogtoSession, Sessions
from .sign_in_experience import SignInExperience
from .signing import Keys
from .user_document import user_document
from .webhooks import Webhooks, by_interaction

if TYPE_CHECKING:
    from .authorization_request import AuthorizationRequest

ID_TOKEN_SECONDS = 3600


class Tenant(Forgeable):
    """Applications, people, sessions, grants and keys.

    Args:
        endpoint: Scheme, host and port, as applications and browsers know it.
        resources: The APIs that access tokens may be for; a plain indicator is one
            without scopes.
        hooks: Where webhooks are sent, copied.
        connectors: The providers that are set up, copied; all of the social ones are
            on the sign-in page.
        algorithm: What the tenant signs with.
    """

    def __init__(
        self,
        *,
        endpoint: str = "",
        applications: Iterable[Application],
        people: Iterable[Person],
        resources: Iterable[Resource | str] = (),
        hooks: Iterable[Hook] = (),
        connectors: Iterable[Connector] = (),
        algorithm: str = "ES384",
    ) -> None:
        super().__init__()
        self.endpoint = endpoint
        self.applications = {item.app_id: item for item in applications}
        self._resources = by_indicator(resources)
        self.keys = Keys(algorithm)
        self.clock = Clock()
        self.deliveries = Deliveries()
        self.webhooks = Webhooks(self.clock, self.deliveries)
        self._beginning = copy.deepcopy(
            (
                self.applications,
                {item.username: item for item in people},
                list(hooks),
                {item.id: item for item in connectors},
            )
        )
        self.reset()

    def reset(self) -> None:
        """Be as at the beginning: same address, same key, and nobody has signed in.

        Applications keep their identity and get their first values back.
        """
        applications, people, hooks, self.connectors = copy.deepcopy(self._beginning)
        for app_id, application in applications.items():
            registered = self.applications.setdefault(app_id, application)
            vars(registered).update(vars(application))
        for app_id in self.applications.keys() - applications.keys():
            del self.applications[app_id]
        self.resources = dict(self._resources)
        self.people = people
        self.sign_in_experience = SignInExperience(
            item.target for item in self.connectors.values() if item.is_social
        )
        self.account_center = AccountCenter()
        self.webhooks.hooks = hooks
        self.deliveries.forget()
        self.clock.reset()
        self.keys.reset()
        self.stop_forging()
        self.sessions = Sessions(self.clock)
        self.grants = Grants(self.sessions.holds, self.clock)
        self.interactions = Interactions(self.clock)
        self.provider_codes: dict[str, tuple[Provider, Account]] = {}

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
        # A copy: a test adds people from its own thread.
        for person in list(self.people.values()):
            if person.sub == sub and not person.suspended:
                return person
        return None

    def provider_of(self, target: str | None) -> Provider | None:
        """Return who is played for ``target``, whether people sign in there or not."""
        if target == ENTERPRISE.target:
            return ENTERPRISE
        for connector in list(self.connectors.values()):
            if connector.is_social and connector.target == target:
                return social_provider(connector)
        return None

    def social_providers(self) -> dict[str, Provider]:
        """Return the providers on the sign-in page, by target and in its order."""
        shown = self.sign_in_experience.shown(list(self.connectors.values()))
        return {item.target: social_provider(item) for item in shown}

    def session_of(self, request: web.Request) -> LogtoSession | None:
        """Return the browser's session; suspending a person ends theirs."""
        session = self.sessions.find(read_cookie(request, "_session"))
        if session is None or session.sub is None:
            return session
        if self.person_of(session.sub) is None:
            self.sessions.end(session, self.grants)
            return None
        return session

    def set_session_cookie(
        self, response: web.StreamResponse, session: LogtoSession
    ) -> None:
        """Let the browser keep ``session`` for another fourteen days."""
        expires = self.clock.http_date(SESSION_SECONDS)
        set_cookie(response, "_session", session.id, expires=expires)

    def sign_in(
        self,
        request: web.Request,
        interaction: Interaction,
        person: Person,
        *,
        is_new: bool = False,
    ) -> None:
        """Note who signed in, and tell the hooks; ``updated_at`` moves with it."""
        interaction.signed_in_sub = person.sub
        person.updated_at = person.last_sign_in_at = self.clock.milliseconds()
        for event in ("User.Created", "PostRegister") if is_new else ("PostSignIn",):
            fields = by_interaction(
                event,
                self.user_document(person),
                self.applications[interaction.request.app_id],
                session_id=interaction.uid,
                user_agent=request.headers.get("User-Agent", ""),
            )
            self.webhooks.send(event, fields)

    def user_document(self, person: Person) -> dict[str, Any]:
        """Return ``person`` as Logto's webhooks and APIs write a user."""
        document: dict[str, Any] = with_absolute_addresses(
            user_document(person), self.endpoint
        )
        return document

    def id_token(self, person: Person, token: Token, scopes: Iterable[str]) -> str:
        """Return a signed ID token for the sign-in that ``token`` comes from."""
        now = int(self.clock.now())
        claims: dict[str, Any] = with_absolute_addresses(
            id_token_claims(person, scopes), self.endpoint
        )
        if token.auth_time is not None:
            claims["auth_time"] = token.auth_time
        if token.nonce is not None:
            claims["nonce"] = token.nonce
        if token.sid is not None:
            claims["sid"] = token.sid
        claims |= {
            "aud": token.app_id,
            "exp": now + ID_TOKEN_SECONDS,
            "iat": now,
            "iss": self.issuer,
        }
        forged = self.forge_id_token(claims, self.keys.header())
        return self._signed(forged, token.app_id)

    def access_token(self, claims: dict[str, Any], app_id: str) -> str:
        """Return a signed JWT access token (RFC 9068)."""
        forged = self.forge_access_token(claims, self.keys.header("at+jwt"))
        return self._signed(forged, app_id)

    def signed_logout_token(self, claims: dict[str, Any], app_id: str) -> str:
        """Return a signed logout token (OIDC Back-Channel Logout 1.0, 2.4)."""
        forged = self.forge_logout_token(claims, self.keys.header("logout+jwt"))
        return self._signed(forged, app_id)

    def _signed(self, forged: tuple[Claims, Header] | str, app_id: str) -> str:
        if isinstance(forged, str):
            return forged
        secret = self.applications[app_id].secret
        return self.keys.jwt(forged[1], forged[0], secret=secret)

    def granted_scopes(
        self, wanted: AuthorizationRequest, person: Person
    ) -> tuple[str, ...]:
        """Return what of the scopes asked for there is for ``person``, in order.

        That is Logto's own scopes and those that the person holds at an API that is
        asked for too; what remains is dropped without a word.
        """
        held = {
            scope
            for indicator in wanted.resources
            for scope in self.resources[indicator].scopes_of(person)
        }
        return tuple(
            scope for scope in wanted.scopes if scope in SCOPES or scope in held
        )

    def issued_claims(self, id_token: str) -> dict[str, Any] | None:
        """Return the claims of a token of this tenant's, expired or not."""
        for key in self.keys.published:
            try:
                claims: dict[str, Any] = jwt.decode(
                    id_token,
                    jwt.PyJWK(key.public_jwk()),
                    algorithms=[key.algorithm],
                    options={
                        "verify_aud": False,
                        "verify_exp": False,
                        "verify_iat": False,  # by a clock that is not ours
                    },
                    issuer=self.issuer,
                )
            except jwt.InvalidTokenError:
                continue
            return claims
        return None


TENANT = web.AppKey("TENANT", Tenant)
