"""Access tokens: JWTs for APIs and organizations, opaque for Logto's own endpoints.

Only an opaque one is a `Token` that can be looked up; a JWT lives until it expires.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .claims import SCOPES
from .grants import ACCESS_TOKEN_SECONDS, Token, opaque
from .oidc_error import OidcError, invalid_target
from .parameters import Parameters
from .person import Person
from .resource import ORGANIZATIONS
from .tenant import Tenant

_ORGANIZATIONS_SCOPE = "urn:logto:scope:organizations"


@dataclass(frozen=True)
class Target:
    """What a JWT access token is for: an API, an organization, or an API within one.

    Args:
        audience: Its ``aud``.
        scopes: What the holder may do there now.
        lives: Seconds.
        organization_id: Of an API token within an organization.
    """

    audience: str
    scopes: Collection[str]
    lives: int = ACCESS_TOKEN_SECONDS
    organization_id: str | None = None

    def granted(self, scopes: Iterable[str]) -> str:
        """Return ``scopes`` without those that the holder lacks, as ``scope``."""
        return " ".join(scope for scope in scopes if scope in self.scopes)


def requested_target(
    tenant: Tenant,
    parameters: Parameters,
    source: Token,
    person: Person,
    scopes: Sequence[str],
) -> Target | None:
    """Return what the access token of a person is for, None for an opaque one.

    An organization counts with a refresh token only.

    Raises:
        OidcError: The API was not asked for at the sign-in, or the organization is
            not the person's.
    """
    organization_id = None
    if source.kind == "refresh_token":
        organization_id = parameters.get("organization_id")
    if organization_id is not None:
        _check_membership(source, person, organization_id)
        if not parameters.all("resource"):
            return _organization(tenant, organization_id, person)
    indicator = _indicator(tenant, parameters, source, scopes)
    if indicator is None:
        return None
    resource = tenant.resources[indicator]
    return Target(
        indicator,
        resource.scopes_of(person, organization_id),
        resource.access_token_seconds,
        organization_id,
    )


def _check_membership(source: Token, person: Person, organization_id: str) -> None:
    if _ORGANIZATIONS_SCOPE not in source.scopes:
        raise OidcError(
            "insufficient_scope",
            "refresh token missing required scope",
            status=403,
            scope=_ORGANIZATIONS_SCOPE,
        )
    if organization_id not in [item.id for item in person.organizations]:
        raise OidcError(
            "access_denied", "user is not a member of the organization", status=403
        )


def _organization(tenant: Tenant, organization_id: str, person: Person) -> Target:
    template = tenant.resources[ORGANIZATIONS]
    return Target(
        f"urn:logto:organization:{organization_id}",
        template.scopes_of(person, organization_id),
        template.access_token_seconds,
    )


def _indicator(
    tenant: Tenant, parameters: Parameters, source: Token, scopes: Sequence[str]
) -> str | None:
    """Return the API that is asked for.

    Without ``openid`` there is no userinfo that an opaque token could be for, so that
    the API of the sign-in is meant.
    """
    named = set(parameters.all("resource"))
    if not named and "openid" not in scopes:
        named = set(source.resources) - {ORGANIZATIONS}
    if len(named) > 1:
        raise invalid_target(
            "only a single resource indicator value must be requested/resolved "
            "during Access Token Request"
        )
    if not named <= set(source.resources) & tenant.resources.keys() - {ORGANIZATIONS}:
        raise invalid_target()
    return next(iter(named), None)


def opaque_token(
    tenant: Tenant, source: Token, scopes: Sequence[str]
) -> dict[str, Any]:
    """Return the members of a token response that are about an opaque token."""
    token = source.derived("access_token", ACCESS_TOKEN_SECONDS)
    token.scopes = tuple(scope for scope in scopes if scope in SCOPES)
    tenant.grants.add(token)
    return {
        "access_token": token.value,
        "expires_in": ACCESS_TOKEN_SECONDS,
        "scope": " ".join(token.scopes),
    }


def jwt_token(
    tenant: Tenant, target: Target, *, sub: str, app_id: str, scope: str | None
) -> dict[str, Any]:
    """Return the members of a token response that are about a JWT (RFC 9068).

    Args:
        scope: Left out when None, which is not the same as empty.
    """
    now = int(tenant.clock.now())
    organization_id = target.organization_id
    scopes = {} if scope is None else {"scope": scope}
    claims = {
        **({} if organization_id is None else {"organization_id": organization_id}),
        "jti": opaque(),
        "sub": sub,
        "iat": now,
        "exp": now + target.lives,
        **scopes,
        "client_id": app_id,
        "iss": tenant.issuer,
        "aud": target.audience,
    }
    return {
        "access_token": tenant.access_token(claims, app_id),
        "expires_in": target.lives,
        **scopes,
    }
