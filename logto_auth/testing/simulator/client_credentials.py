"""Access tokens for machine-to-machine applications (RFC 6749, 4.4)."""

from __future__ import annotations

from typing import Any

from .access_token import Target, jwt_token
from .application import Application
from .oidc_error import OidcError, invalid_target
from .parameters import Parameters
from .tenant import Tenant


def client_credentials(
    tenant: Tenant, application: Application, parameters: Parameters
) -> dict[str, Any]:
    """Return the token response for an application by itself.

    Raises:
        OidcError: No API is named, or none of the tenant's.
    """
    indicators = set(parameters.all("resource"))
    if parameters.get("organization_id") is not None:
        raise OidcError(
            "access_denied", "app has not associated with the organization", status=403
        )
    if not indicators:
        raise invalid_target("both `resource` and `organization_id` are not provided")
    if not indicators <= tenant.resources.keys():
        raise invalid_target()
    if len(indicators) > 1:
        raise invalid_target(
            "only a single resource indicator value is supported for this grant type"
        )
    resource = tenant.resources[indicators.pop()]
    target = Target(
        resource.indicator,
        resource.scopes_of_application(application),
        resource.access_token_seconds,
    )
    app_id = application.app_id
    scope = target.granted((parameters.get("scope") or "").split()) or None
    issued = jwt_token(tenant, target, sub=app_id, app_id=app_id, scope=scope)
    return {**issued, "token_type": "Bearer"}
