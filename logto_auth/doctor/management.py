"""Whether this site may use Logto's Management API."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..engine.mode import BLOCKING, run_blocking
from ..errors import ManagementCredentialsMissing
from ..management_api import Credentials
from ..management_api.access import issued
from ..web.explanation import cause_of, filled, setting_facts
from .catalogue import (
    MANAGEMENT_API,
    MANAGEMENT_PERMISSION,
    MANAGEMENT_SETTINGS,
)
from .context import Context
from .explained import fix_of
from .line import Line

_SET = _("The application %(app_id)s, for %(api)s.")
_GIVEN = _("Logto gives the application %(app_id)s a token.")
_MAY = _("The application %(app_id)s may use it.")


def look_at_management_settings(context: Context) -> Iterator[Line]:
    """Yield whether the site has credentials; without them much is not looked at."""
    try:
        credentials = Credentials.from_settings()
    except ManagementCredentialsMissing as error:
        told = filled(cause_of(error.code), setting_facts(), error.code)
        found = f"{error.detail}."
        yield MANAGEMENT_SETTINGS.warning(found, fix_of(told), closes=True)
        return
    facts = {"app_id": credentials.app_id, "api": credentials.indicator}
    yield MANAGEMENT_SETTINGS.ok(_SET % facts)


def look_at_management_api(context: Context) -> Iterator[Line]:
    """Yield whether Logto issues a token; a new one, not the one that workers share."""
    credentials = context.api.credentials
    run_blocking(issued(BLOCKING, context.metadata.token_endpoint, credentials))
    yield MANAGEMENT_API.ok(_GIVEN % {"app_id": credentials.app_id})


def look_at_management_permission(context: Context) -> Iterator[Line]:
    """Yield whether the token is good for anything, by reading what others need."""
    context.experience  # noqa: B018 - asked for what it raises
    app_id = context.api.credentials.app_id
    yield MANAGEMENT_PERMISSION.ok(_MAY % {"app_id": app_id})
