"""The provider that a browser has signed in with last, in a cookie of this site.

It holds the name of the provider and nothing of the person, marks a button, and decides
nothing: whoever forges it marks another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from ..providers import DIRECT_SIGN_IN, SOCIAL

if TYPE_CHECKING:
    from ..sessions.attempts import Attempt

COOKIE_NAME = "logto_provider"
LIFETIME_SECONDS = 365 * 24 * 3600

_READ = "_logto_provider_read"
# In a cookie, where other letters have no place.
_VALUE = re.compile(DIRECT_SIGN_IN, re.ASCII)


def last_provider(request: HttpRequest) -> str:
    """Return the ``direct_sign_in`` of the provider used last, empty when not known.

    Whoever reads it makes a page of one visitor, see `vary_by_provider`.
    """
    setattr(request, _READ, True)
    value = request.COOKIES.get(COOKIE_NAME, "")
    return value if _VALUE.fullmatch(value) else ""


def vary_by_provider(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep a page that marks the provider used last from other visitors."""
    if hasattr(request, _READ):
        patch_vary_headers(response, ["Cookie"])


def used_provider(attempt: Attempt, userinfo: Mapping[str, Any]) -> str:
    """Return the provider that a sign-in went straight to, empty when none is known.

    A visitor can turn back there and sign in at Logto in another way. Where Logto tells
    of identities, one at this provider has to be among them.
    """
    identities = userinfo.get("identities")
    is_social = attempt.provider.startswith(SOCIAL)
    if is_social and isinstance(identities, Mapping):
        target = attempt.provider.removeprefix(SOCIAL)
        return attempt.provider if target in identities else ""
    return attempt.provider


def remember_provider(
    response: HttpResponseBase, provider: str, *, is_secure: bool
) -> None:
    """Let the browser keep the provider that a sign-in has come from.

    Args:
        provider: See `used_provider`; without one, the former stays.
    """
    if _VALUE.fullmatch(provider):
        response.set_cookie(
            COOKIE_NAME,
            provider,
            max_age=LIFETIME_SECONDS,
            secure=is_secure,
            httponly=True,
            samesite="Lax",
        )
