"""Causes of an address that is not registered in Logto."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ...errors import Text
from .cause import REDIRECT_URIS, SIGN_OUT_URIS, Cause

SAME_ADDRESS = _(
    'Open the site as %(registered_site)s, or set its address: LOGTO["BASE_URL"] = '
    '"%(registered_site)s". Or register the address below as well.'
)


def _unregistered(console: Text, value: str) -> dict[str, Cause]:
    """Return the causes, by reason, of an address that Logto does not know."""
    return {
        "unregistered": Cause(
            _(
                "Logto compares addresses letter by letter, and this one is not "
                "registered for the application %(app_id)s."
            ),
            _("Register it, with the slash at the end."),
            console,
            value,
        ),
        "loopback_name": Cause(
            _(
                "This site takes itself for %(site)s; Logto knows "
                "%(registered_site)s. localhost and 127.0.0.1 are two addresses to "
                "Logto and to browsers."
            ),
            SAME_ADDRESS,
            console,
            value,
        ),
        "scheme": Cause(
            _(
                "This site takes itself for %(site)s; Logto knows "
                "%(registered_site)s. Often a proxy in front of the site has taken the "
                "TLS off and Django was not told."
            ),
            _(
                'Set the address, LOGTO["BASE_URL"] = "%(registered_site)s", or '
                "tell Django with SECURE_PROXY_SSL_HEADER. Or register the address "
                "below as well."
            ),
            console,
            value,
        ),
        "slash": Cause(
            _("Logto knows the address without the slash at its end: %(registered)s."),
            _("Register it with the slash."),
            console,
            value,
        ),
    }


CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "redirect_uri_unregistered": _unregistered(REDIRECT_URIS, "%(redirect_uri)s"),
    "sign_out_uri_unregistered": _unregistered(SIGN_OUT_URIS, "%(signed_out_uri)s"),
}
