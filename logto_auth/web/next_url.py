"""Where a visitor goes afterwards: ``next``, when it is safe."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ..conf import logto_settings
from .origin import (
    CALLBACK,
    CHOOSE,
    NEXT,
    SIGN_IN,
    SIGN_OUT,
    SIGN_UP,
    SIGNED_OUT,
    absolute_uri,
)

MAX_NEXT_BYTES = 512


def requested_next(request: HttpRequest) -> str:
    """Return the safe ``next`` of the request (POST, then GET), empty when none.

    One that comes twice is none: who reads the first and who the last disagree.
    """
    given = [url for url in request.POST.getlist(NEXT) if url] or request.GET.getlist(
        NEXT
    )
    return given[0] if len(given) == 1 and is_safe(request, given[0]) else ""


def is_safe(request: HttpRequest, url: str) -> bool:
    """Tell whether a visitor may be sent to ``url``.

    It stays on this host or an allowed one, fits into an attempt's cookie, holds no
    control characters, and is none of this package's own pages, which would loop.
    """
    if not url or len(url.encode("utf-8", "replace")) > MAX_NEXT_BYTES:
        return False
    if any(ord(char) < 32 or 127 <= ord(char) < 160 for char in url):
        return False
    if url != url.strip():  # Django judges the rest, and "// " leads nowhere
        return False
    hosts = {request.get_host(), *logto_settings.ALLOWED_NEXT_HOSTS}
    is_https = absolute_uri(request, CALLBACK).startswith("https:")
    if not url_has_allowed_host_and_scheme(
        url, allowed_hosts=hosts, require_https=is_https
    ):
        return False
    try:
        path = _path_from_callback(url)
    except ValueError:
        return False
    return path not in {
        reverse(name).rstrip("/")
        for name in (CALLBACK, CHOOSE, SIGN_IN, SIGN_UP, SIGN_OUT, SIGNED_OUT)
    }


def _path_from_callback(url: str) -> str:
    """Return the path that a browser at the callback would ask for.

    Raises:
        ValueError: The host is strange, or a segment leads up or out, however it is
            spelled: not everybody decodes and resolves in the same order.
    """
    parts = urlsplit(url.replace("\\", "/"))
    path = unquote(parts.path).replace("\\", "/")
    if path.startswith("//") or not {".", ".."}.isdisjoint(path.split("/")):
        raise ValueError("ambiguous")
    base = "/" if parts.netloc else reverse(CALLBACK)
    return posixpath.normpath("/" + posixpath.join(base, path).lstrip("/"))


def after_sign_in(request: HttpRequest, next_url: str) -> str:
    """Return ``next_url`` when it is still safe, else ``LOGIN_REDIRECT_URL``.

    A site that has not set it goes to its start page rather than to Django's default
    page, which few sites have.
    """
    if is_safe(request, next_url):
        return next_url
    if settings.is_overridden("LOGIN_REDIRECT_URL"):  # type: ignore[misc]  # not in the stubs
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return get_script_prefix()


def after_sign_out(request: HttpRequest, next_url: str) -> str:
    """Return ``next_url`` when safe, else ``LOGOUT_REDIRECT_URL``, empty when unset."""
    if is_safe(request, next_url):
        return next_url
    target = settings.LOGOUT_REDIRECT_URL
    return resolve_url(target) if target else ""
