"""Why an error happens, what to do, and where in Logto's Console."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ...errors import Text

APPLICATION = _("Applications > your application > Settings")
REDIRECT_URIS = _("Applications > your application > Settings > Redirect URIs")
SIGN_OUT_URIS = _(
    "Applications > your application > Settings > Post sign-out redirect URIs"
)
SECRETS = _("Applications > your application > Settings > App secrets")
RULES = _("Applications > your application > Rules")
PERMISSIONS = _("Applications > your application > Permissions")
API_RESOURCES = _("API resources")
AUDIT_LOGS = _("Audit logs")
CONNECTORS = _("Connectors > Social connectors")
MESSAGE_CONNECTORS = _("Connectors > Email and SMS connectors")
MACHINE_ROLES = _("Applications > your machine-to-machine application > Roles")
MACHINE_SECRETS = _("Applications > your machine-to-machine application > Settings")
SIGNING_KEYS = _("Signing keys")


@dataclass(frozen=True, slots=True)
class Cause:
    """An explanation for whoever develops a site; texts may name facts.

    Args:
        cause: One or two sentences.
        fix: The same.
        console: Menu path in Logto's Console; empty where it has no part in this.
        value: What to look for, or to enter, there.
    """

    cause: Text
    fix: Text
    console: Text = ""
    value: str = ""


START_AGAIN = _("Start the sign-in again.")
CHECK_ENDPOINT = _(
    'LOGTO["ENDPOINT"] has to be the endpoint that Logto shows for your application, '
    "without a path."
)
