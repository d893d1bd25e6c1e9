"""API resources, their scopes, and who holds those (RFC 8707)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .application import MANAGEMENT_ROLE, Application
from .person import Person

ORGANIZATIONS = "urn:logto:resource:organizations"
ACCESS_TOKEN_SECONDS = 3600
_Holders = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Resource:
    """An API that access tokens can be for.

    Logto's own ``urn:logto:resource:organizations`` stands for organizations as such:
    its ``organization_scopes`` are what organization tokens may say.

    Args:
        indicator: The API's address, which ``resource`` and ``aud`` name.
        scopes: Each scope with the names of the roles that bring it, a person's or
            a machine-to-machine application's.
        organization_scopes: Each scope with the roles in an organization that bring it.
        access_token_seconds: How long its access tokens live.

    Example::

        Resource("https://api.example.com", scopes={"read:books": ["librarian"]})
    """

    indicator: str
    scopes: _Holders = field(default_factory=dict)
    organization_scopes: _Holders = field(default_factory=dict)
    access_token_seconds: int = ACCESS_TOKEN_SECONDS

    def scopes_of(self, person: Person, organization_id: str | None = None) -> set[str]:
        """Return what ``person`` may do there.

        Args:
            organization_id: Count the roles in this organization only, not in all.
        """
        organizations = [
            organization
            for organization in person.organizations
            if organization_id in (None, organization.id)
        ]
        in_organizations = [role for item in organizations for role in item.roles]
        return _brought(self.scopes, person.roles) | _brought(
            self.organization_scopes, in_organizations
        )

    def scopes_of_application(self, application: Application) -> set[str]:
        """Return what a machine-to-machine application may do there."""
        return _brought(self.scopes, application.roles)


MANAGEMENT_API = Resource(
    "https://default.logto.app/api", scopes={"all": [MANAGEMENT_ROLE]}
)


def _brought(scopes: _Holders, roles: Sequence[str]) -> set[str]:
    return {name for name, holders in scopes.items() if set(holders) & set(roles)}


def by_indicator(resources: Iterable[Resource | str]) -> dict[str, Resource]:
    """Return resources by their indicator; a plain indicator has no scopes.

    Logto's own two are always among them.
    """
    complete = [
        Resource(item) if isinstance(item, str) else item
        for item in (ORGANIZATIONS, MANAGEMENT_API, *resources)
    ]
    return {item.indicator: item for item in complete}
