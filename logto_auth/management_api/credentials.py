"""Who asks: a machine-to-machine application of the tenant, and for which API."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.views.decorators.debug import sensitive_variables

from ..conf import OSS_RESOURCE, logto_settings
from ..errors import ManagementCredentialsMissing

#: The one permission that the Management API has.
SCOPE = "all"
_CLOUD = ".logto.app"


def resource_of(endpoint: str) -> str:
    """Return the indicator of the Management API of the tenant at ``endpoint``.

    Logto Cloud has one for each tenant, by the tenant's id; all other servers have
    the same. A tenant with a domain of its own cannot be told from those: its site
    sets ``M2M_RESOURCE``.
    """
    host = urlsplit(endpoint).hostname or ""
    if not host.endswith(_CLOUD):
        return OSS_RESOURCE
    return f"https://{host.partition('.')[0]}{_CLOUD}/api"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A machine-to-machine application of the Logto at ``endpoint``.

    Args:
        resource: Indicator of the Management API; derived when it is empty.
    """

    endpoint: str
    app_id: str
    app_secret: str = field(repr=False)
    resource: str = ""

    @classmethod
    def from_settings(cls) -> Credentials:
        """Return those of the site.

        Raises:
            ManagementCredentialsMissing: It has none.
        """
        app_id, app_secret = logto_settings.M2M_APP_ID, logto_settings.M2M_APP_SECRET
        if not (app_id and app_secret):
            missing = "M2M_APP_ID" if not app_id else "M2M_APP_SECRET"
            raise ManagementCredentialsMissing(f'LOGTO["{missing}"] is not set')
        return cls(
            logto_settings.ENDPOINT, app_id, app_secret, logto_settings.M2M_RESOURCE
        )

    @property
    def indicator(self) -> str:
        """The indicator of the Management API (RFC 8707)."""
        return self.resource or resource_of(self.endpoint)

    @sensitive_variables()
    def digest(self) -> str:
        """Return what stands for them where they must not be read."""
        parts = self.endpoint, self.app_id, self.app_secret, self.indicator
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
