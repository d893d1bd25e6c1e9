"""Whether Logto gives what the site asks for: scopes, APIs, refresh tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from ..conf import logto_settings
from ..engine.mode import BLOCKING, run_blocking
from ..engine.refusal import authorization_error
from ..engine.scopes import may_hold_permissions
from ..errors import AuthorizationRefused
from ..log import Event
from ..web.explanation import cause_of, filled, setting_facts
from .catalogue import REFRESH_TOKENS, RESOURCES, SCOPES
from .context import Context
from .explained import explained, fix_of
from .line import Line

#: What Logto answers when nothing is wrong and nobody is signed in there.
_RIGHT = ("", "login_required", "consent_required", "interaction_required")

_NONE_ASKED = _("The site asks for none.")
_KNOWN = _("Logto knows %(names)s.")
_DROPPED = _("Logto drops %(names)s.")
_OF_APIS = _(
    "Logto knows %(names)s; %(others)s are permissions of APIs or organizations."
)

_WILL_COME = _("They will come: SCOPES has offline_access, and PROMPT has consent.")
_ALWAYS = _("They will come: the application always gets one.")
_WILL_NOT_COME = _("They will not come: PROMPT lacks consent.")


def look_at_resources(context: Context) -> Iterator[Line]:
    """Yield whether Logto knows each API that the site asks access for."""
    resources = logto_settings.RESOURCES
    if not resources:
        yield RESOURCES.ok(_NONE_ASKED)
    for resource in resources:
        error = _error(context, ("openid",), (resource,))
        if error in _RIGHT:
            yield RESOURCES.ok(_KNOWN % {"names": resource})
        else:
            refused = AuthorizationRefused(resource, reason=error)
            yield explained(RESOURCES, refused, resources=resource)


def look_at_scopes(context: Context) -> Iterator[Line]:
    """Yield which scopes Logto drops, and whether the application may ask for them."""
    scopes = logto_settings.SCOPES
    error = _error(context, scopes, ())
    if error not in _RIGHT:
        yield explained(SCOPES, AuthorizationRefused(reason=error))
        return
    supported = context.metadata.document["scopes_supported"]
    known = [scope for scope in scopes if scope in supported]
    others = [scope for scope in scopes if scope not in supported]
    facts = {"names": ", ".join(known), "others": ", ".join(others)}
    if not others:
        yield SCOPES.ok(_KNOWN % facts)
    elif may_hold_permissions(scopes, logto_settings.RESOURCES):
        yield SCOPES.ok(_OF_APIS % facts)
    else:
        yield SCOPES.warning(_DROPPED % {"names": facts["others"]}, _fix())


def look_at_refresh_tokens(context: Context) -> Iterator[Line]:
    """Yield whether what is asked for will come."""
    known = context.known_application
    if known is not None and known.always_issues_refresh_token:
        yield REFRESH_TOKENS.ok(_ALWAYS)
    elif "offline_access" not in logto_settings.SCOPES:
        yield REFRESH_TOKENS.ok(_NONE_ASKED)
    elif "consent" in logto_settings.PROMPT.split():
        yield REFRESH_TOKENS.ok(_WILL_COME)
    else:
        yield REFRESH_TOKENS.warning(_WILL_NOT_COME)


def _error(context: Context, scopes: Iterable[str], resources: Iterable[str]) -> str:
    work = authorization_error(
        BLOCKING,
        logto_settings.APP_ID,
        context.addresses.redirect_uris[0],
        scopes=scopes,
        resources=resources,
    )
    return run_blocking(work)


def _fix() -> str:
    code = Event.SCOPES_NOT_GRANTED.code
    return fix_of(filled(cause_of(code), setting_facts(), code))
