"""What a developer is told about an error: with ``DEBUG`` on, and never else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from ..conf import documented_at, logto_settings
from ..errors import ConfigurationError, LogtoError, StateUnknown
from ..log import one_line
from ..loopback import is_loopback
from .causes import CAUSES, Cause
from .origin import SIGNED_OUT, absolute_uri, redirect_uri

PAGE = "errors"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One error of this site, explained with the site's own values; no secrets.

    Args:
        cause: Why it happens.
        fix: What to do.
        console: Menu path in Logto's Console, empty where it has no part in this.
        value: What to look for, or to enter, there; may be empty.
        detail: The error's reason and detail; may be empty.
        documentation: Where to read on.
    """

    cause: str
    fix: str
    console: str
    value: str
    detail: str
    documentation: str


def explain(request: HttpRequest, error: LogtoError) -> Explanation:
    """Return the explanation of an error."""
    reason = error.reason
    if isinstance(error, StateUnknown) and not reason:
        site = f"{request.scheme}://{request.get_host()}"
        reason = "loopback_host" if is_loopback(site) else ""
    facts = Facts(site_facts(request), **error.facts)
    detail = ": ".join(part for part in (error.reason, error.detail) if part)
    return filled(cause_of(error.code, reason), facts, error.code, one_line(detail))


def cause_of(code: str, reason: str = "") -> Cause:
    """Return what is behind a code and reason; nothing much when that is not known."""
    causes = CAUSES.get(code, {})
    return causes.get(reason) or causes.get("") or Cause("", "")


def filled(
    cause: Cause, facts: Mapping[str, Any], code: str, detail: str = ""
) -> Explanation:
    """Return the explanation that a cause gives with these facts."""
    return Explanation(
        cause=str(cause.cause) % facts,
        fix=str(cause.fix) % facts,
        console=str(cause.console),
        value=cause.value % facts,
        detail=detail,
        documentation=documented_at(PAGE, code),
    )


class Facts(dict[str, Any]):
    """The values that texts may name; what is not known shows as an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


def site_facts(request: HttpRequest) -> dict[str, Any]:
    """Return what this site's settings and the request tell, as far as they are right.

    ``host``, ``site``, ``redirect_uri``, ``signed_out_uri``, and what setting_facts()
    returns.
    """
    facts: dict[str, Any] = {"host": request.get_host()}
    try:
        facts["redirect_uri"] = redirect_uri(request)
        facts["signed_out_uri"] = absolute_uri(request, SIGNED_OUT)
        facts["site"] = origin_of(facts["redirect_uri"])
    except ConfigurationError:
        pass  # explaining it must not fail for the same reason
    return facts | setting_facts()


def setting_facts() -> dict[str, Any]:
    """Return what the settings tell, as far as they are right.

    ``endpoint``, ``app_id``, ``scopes``, ``resources``, ``timeout`` and ``leeway``
    (both in seconds).
    """
    from ..engine.token_claims import LEEWAY

    facts: dict[str, Any] = {"leeway": LEEWAY}
    try:
        facts["endpoint"] = logto_settings.ENDPOINT
        facts["app_id"] = logto_settings.APP_ID
        facts["timeout"] = f"{logto_settings.TIMEOUT:g}"
        facts["scopes"] = ", ".join(logto_settings.SCOPES)
        facts["resources"] = ", ".join(logto_settings.RESOURCES)
    except ConfigurationError:
        pass  # as in site_facts()
    return facts


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
