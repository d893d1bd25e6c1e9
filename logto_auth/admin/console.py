"""Links to Logto's Console."""

from __future__ import annotations

import re
from urllib.parse import quote

from ..conf import logto_settings
from ..engine.issuer import issuer_of
from ..models import LogtoAccount

_CLOUD_ENDPOINT = re.compile(r"https://([\w-]+)\.logto\.app", re.IGNORECASE)
_CLOUD_CONSOLE = "https://cloud.logto.io"


def console_url(account: LogtoAccount) -> str:
    """Return where the Console shows a Logto user, empty when that is not known.

    An account of another issuer is not in the Console of this one.
    """
    endpoint = logto_settings.ENDPOINT
    console = logto_settings.CONSOLE_URL or _cloud_console(endpoint)
    if not console or account.issuer != issuer_of(endpoint):
        return ""
    return f"{console}/users/{quote(account.subject, safe='')}"


def _cloud_console(endpoint: str) -> str:
    cloud = _CLOUD_ENDPOINT.fullmatch(endpoint)
    return f"{_CLOUD_CONSOLE}/{cloud[1]}" if cloud else ""
