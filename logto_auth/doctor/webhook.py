"""Whether Logto sends webhooks to this site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from ..management_api import Hook
from ..webhook_events import TAKEN_EVENTS
from .catalogue import WEBHOOK
from .context import Context
from .line import Line

_NO_VIEW = _("This site has no view for it.")
_SENT = _("Logto sends it to %(url)s.")
_NONE = _("Logto sends none to %(url)s.")
_OFF = _("The webhook to %(url)s is switched off.")
_ELSEWHERE = _("Logto sends one to %(other)s; this site takes it at %(url)s.")
_LACKS = _("The webhook to %(url)s lacks %(events)s.")
_SWITCH_ON = _("Switch it on in Logto's Console: Webhooks.")


def look_at_webhook(context: Context) -> Iterator[Line]:
    """Yield whether one comes to this site, and tells all that changes a user."""
    url = context.addresses.webhook_url
    if url is None:
        yield WEBHOOK.skipped(_NO_VIEW)
        return
    hooks = context.api.list_hooks()
    ours = [hook for hook in hooks if hook.url == url]
    working = [hook for hook in ours if hook.enabled]
    if working:
        yield _working(working, url)
    elif ours:
        yield WEBHOOK.failure(_OFF % {"url": url}, _SWITCH_ON)
    elif other := _for_the_same_view(hooks, url):
        yield WEBHOOK.failure(_ELSEWHERE % {"url": url, "other": other})
    else:
        yield WEBHOOK.warning(_NONE % {"url": url})


def _working(hooks: list[Hook], url: str) -> Line:
    events = {event for hook in hooks for event in hook.events}
    lacking = [event for event in TAKEN_EVENTS if event not in events]
    if lacking:
        return WEBHOOK.warning(_LACKS % {"url": url, "events": ", ".join(lacking)})
    return WEBHOOK.ok(_SENT % {"url": url})


def _for_the_same_view(hooks: Iterable[Hook], url: str) -> str:
    """Return another address with the same path, which somebody may have mistaken.

    Without its query, where a secret may stand.
    """
    path = urlsplit(url).path.rstrip("/")
    for hook in hooks:
        parts = urlsplit(hook.url)
        if parts.path.rstrip("/") == path:
            return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return ""
