"""The application that signs people in, as Logto has it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..management_api import TRADITIONAL
from .catalogue import APPLICATION_TYPE, BACK_CHANNEL_LOGOUT
from .context import Context
from .line import Line

_TYPE = _("“%(name)s” is an application of the type %(type)s.")
_NO_VIEW = _("This site has no view for it.")
_TOLD = _("Logto tells %(uri)s which session has ended.")
_NOT_TOLD = _("Logto does not tell this site: %(uri)s is not registered.")
_ELSEWHERE = _("Logto tells %(other)s; this site's address for it is %(uri)s.")
_NO_SESSION = _(
    "Logto tells %(uri)s whose session has ended, but not which: it does not require "
    "the session."
)


def look_at_application_type(context: Context) -> Iterator[Line]:
    """Yield whether it is of the one type that is meant for sites like this."""
    application = context.application
    found = _TYPE % {"name": application.name, "type": application.type}
    is_right = application.type == TRADITIONAL
    yield APPLICATION_TYPE.ok(found) if is_right else APPLICATION_TYPE.failure(found)


def look_at_back_channel_logout(context: Context) -> Iterator[Line]:
    """Yield whether Logto tells this site of sessions that have ended."""
    uri = context.addresses.back_channel_logout_uri
    if uri is None:
        yield BACK_CHANNEL_LOGOUT.skipped(_NO_VIEW)
        return
    registered = context.application.back_channel_logout_uri
    facts = {"uri": uri, "other": registered}
    if not registered:
        yield BACK_CHANNEL_LOGOUT.warning(_NOT_TOLD % facts)
    elif registered != uri:
        yield BACK_CHANNEL_LOGOUT.failure(_ELSEWHERE % facts)
    elif not context.application.back_channel_logout_session_required:
        yield BACK_CHANNEL_LOGOUT.warning(_NO_SESSION % facts)
    else:
        yield BACK_CHANNEL_LOGOUT.ok(_TOLD % facts)
