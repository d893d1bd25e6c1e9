"""This site's own addresses, as visitors and Logto know them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from ..conf import logto_settings

CALLBACK = "logto_auth:callback"
SIGN_IN = "logto_auth:sign_in"
CHOOSE = "logto_auth:choose"
SIGN_UP = "logto_auth:sign_up"
SIGN_OUT = "logto_auth:sign_out"
SIGNED_OUT = "logto_auth:signed_out"
CONNECT = "logto_auth:connect"
BACKCHANNEL_LOGOUT = "logto_auth:backchannel_logout"
WEBHOOK = "logto_auth:webhook"
NEXT = "next"

HOST_MARKER = "logto_host"


def view_url(name: str, next_url: str = "", **options: str) -> str:
    """Return the path of a view of this package, with ``next`` and sign-in options."""
    query = urlencode({NEXT: next_url, **options} if next_url else options)
    return reverse(name) + (f"?{query}" if query else "")


def paths(name: str) -> tuple[str, ...]:
    """Return the paths of the URL ``name``: one for each language that is in them.

    With ``i18n_patterns`` a visitor comes back in the language that they left in.

    Raises:
        NoReverseMatch: There is no such URL.
    """
    codes = [settings.LANGUAGE_CODE]
    if is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0]:
        codes = [code for code, _ in settings.LANGUAGES]
    found = []
    for code in codes:
        with override(code):
            found.append(reverse(name))
    return tuple(dict.fromkeys(found))


def absolute_uri(request: HttpRequest, name: str) -> str:
    """Return the absolute address of the URL ``name``.

    With ``BASE_URL`` the request's host and forwarded headers play no part.
    """
    path = reverse(name)
    base_url = logto_settings.BASE_URL
    return base_url + path if base_url else request.build_absolute_uri(path)


def redirect_uri(request: HttpRequest) -> str:
    """Return the redirect URI that is registered in Logto."""
    return absolute_uri(request, CALLBACK)


def is_redirect_uri(request: HttpRequest, uri: str) -> bool:
    """Tell whether the request came to the redirect URI ``uri``.

    A site that has the callback at two paths may have registered both.
    """
    path = unquote(urlsplit(uri).path)
    return uri == redirect_uri(request) and path == request.path


def is_elsewhere(request: HttpRequest) -> bool:
    """Tell whether the visitor is not on the host of ``BASE_URL`` yet."""
    base_url = logto_settings.BASE_URL
    if base_url is None or HOST_MARKER in request.GET:
        return False
    return request.get_host() != urlsplit(base_url).netloc


def canonical_uri(
    request: HttpRequest,
    next_url: str,
    options: Mapping[str, str],
    view: str = SIGN_IN,
) -> str | None:
    """Return the address of ``view`` on ``BASE_URL``, None when it is here.

    The attempt's cookie must be set on the host that Logto returns to. A marker stops
    a loop behind a proxy that hides the host.
    """
    if not is_elsewhere(request):
        return None
    base_url = logto_settings.BASE_URL
    query = {**options, **({NEXT: next_url} if next_url else {}), HOST_MARKER: "1"}
    return f"{base_url}{reverse(view)}?{urlencode(query)}"
