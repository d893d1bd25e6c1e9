"""Whether Logto has registered the addresses that it sends visitors back to."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..engine.mode import BLOCKING, Mode, run_blocking
from ..errors import ClientRefused, RedirectUriUnregistered, SignOutUriUnregistered
from ..management_api import Application
from ..web.rehearsal import certain_sign_in, certain_sign_out
from .catalogue import REDIRECT_URI, SIGN_OUT_URI
from .context import Context
from .explained import explained
from .line import Line
from .topic import Topic

_REGISTERED = _("%(uri)s is registered.")
_LIST = _("Registered: %(uris)s.")
_NO_APPLICATION = _("Not looked at: Logto does not know the application.")

Certain = Callable[[Mode, str], Coroutine[Any, Any, None]]


def look_at_redirect_uri(context: Context) -> Iterator[Line]:
    """Yield, for each language where they differ, whether a sign-in would come back."""
    uris = context.addresses.redirect_uris
    yield from _lines(
        REDIRECT_URI, context, uris, certain_sign_in, lambda known: known.redirect_uris
    )


def look_at_sign_out_uri(context: Context) -> Iterator[Line]:
    """Yield the same for a sign-out."""
    uris = context.addresses.post_sign_out_redirect_uris
    yield from _lines(
        SIGN_OUT_URI,
        context,
        uris,
        certain_sign_out,
        lambda known: known.post_logout_redirect_uris,
    )


def _lines(
    topic: Topic,
    context: Context,
    uris: Iterable[str],
    certain: Certain,
    registered: Callable[[Application], Iterable[str]],
) -> Iterator[Line]:
    for uri in uris:
        try:
            run_blocking(certain(BLOCKING, uri))
        except ClientRefused:
            yield topic.skipped(_NO_APPLICATION)
            return
        except (RedirectUriUnregistered, SignOutUriUnregistered) as error:
            facts = {
                "site": context.origin,
                "redirect_uri": uri,
                "signed_out_uri": uri,
            }
            line = explained(topic, error, **facts)
            known = context.known_application
            others = ", ".join(registered(known)) if known else ""
            told = f"{line.found} {_LIST % {'uris': others}}" if others else line.found
            yield replace(line, found=told, fix=f"{line.fix}\n{topic.fix}")
        else:
            yield topic.ok(_REGISTERED % {"uri": uri})
