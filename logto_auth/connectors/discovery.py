"""What an OpenID provider tells about itself (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from ..loopback import is_loopback
from . import kinds
from .problem import Problem

WELL_KNOWN = "/.well-known/openid-configuration"
#: Where several ways to authenticate would do, the first of these.
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt")
#: The names of what is read, each the same in the document and in our options.
ENDPOINTS = ("authorization_endpoint", "token_endpoint")
JWKS_URI = "jwks_uri"
#: Ours, for what a document tells by ``…_methods_supported``.
AUTH_METHOD = "token_endpoint_auth_method"
_NOT_JSON = _("leads to something that is no discovery document.")
_OTHER_ISSUER = _(
    "is not what the provider calls itself in its discovery document. Copy it from "
    "there, to the last slash."
)
_INSECURE = _("is not an https address in the provider's discovery document.")
_NO_METHOD = _("cannot be found: of those that Logto knows, the provider takes none.")


def discovery_url(issuer: str) -> str:
    """Return where the discovery document of an issuer is."""
    return issuer.rstrip("/") + WELL_KNOWN


def from_discovery(issuer: str, document: Any) -> tuple[dict[str, str], list[Problem]]:
    """Return what a discovery document tells, and what is wrong with it.

    Args:
        issuer: Whose document it has to be.
        document: As it came from the provider, who may be anybody.

    Returns:
        The endpoints, ``jwks_uri`` and ``token_endpoint_auth_method``; and the
        problems, by the names of options.
    """
    if not isinstance(document, Mapping):
        return {}, [Problem("issuer", _NOT_JSON)]
    if document.get("issuer") != issuer:
        return {}, [Problem("issuer", _OTHER_ISSUER)]
    addresses = {name: document.get(name) for name in (*ENDPOINTS, JWKS_URI)}
    problems = list(_insecure(addresses))
    found = {name: value for name, value in addresses.items() if isinstance(value, str)}
    method = _auth_method(document.get(f"{AUTH_METHOD}s_supported"))
    if method:
        found[AUTH_METHOD] = method
    else:
        problems.append(Problem(AUTH_METHOD, _NO_METHOD))
    return found, problems


def is_safe(address: str) -> bool:
    """Tell whether nobody between can read and change what goes to an address."""
    return urlsplit(address).scheme == "https" or is_loopback(address)


def _insecure(addresses: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in addresses.items():
        if kinds.address(value) or not is_safe(value):
            yield Problem(name, _INSECURE)


def _auth_method(supported: Any) -> str:
    """Return how the client authenticates: by the standard's default if untold."""
    if supported is None:
        return AUTH_METHODS[0]
    known = supported if isinstance(supported, list) else []
    return next((method for method in AUTH_METHODS if method in known), "")
