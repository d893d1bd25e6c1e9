"""Causes of what Logto fails to do, or does wrong."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .cause import APPLICATION, CHECK_ENDPOINT, SECRETS, SIGNING_KEYS, Cause

SYNCHRONIZE = _(
    "Synchronize the clocks of both machines (NTP). %(leeway)s seconds are tolerated."
)


_OF_THE_CLOCK = {
    "ahead": Cause(
        _(
            "This machine's clock is %(seconds)s seconds ahead of Logto's: Logto has "
            "just issued the ID token, and here it is too old."
        ),
        SYNCHRONIZE,
    ),
    "behind": Cause(
        _(
            "This machine's clock is %(seconds)s seconds behind Logto's: Logto has "
            "just issued the ID token, and here it is not valid yet."
        ),
        SYNCHRONIZE,
    ),
}

_NOT_LOGTO = Cause(
    _("What answers at %(endpoint)s is not Logto's OpenID Connect."),
    CHECK_ENDPOINT,
    APPLICATION,
    "%(endpoint)s",
)

CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "provider_unreachable": {
        "": Cause(
            _("The connection to %(endpoint)s broke off, or could not be used."),
            _("Try again; if it comes back, look at proxies and firewalls between."),
        ),
        "refused": Cause(
            _("Nothing listens at %(endpoint)s."),
            _(
                "Start Logto, or the simulator with manage.py logto_simulator. In a "
                "container, localhost is the container itself."
            ),
        ),
        "dns": Cause(
            _("The host name of %(endpoint)s is not known."),
            CHECK_ENDPOINT,
            APPLICATION,
            "%(endpoint)s",
        ),
        "tls_absent": Cause(
            _("What answers at %(endpoint)s does not speak TLS."),
            _("If it is meant to be without, as on this machine, write http://."),
            APPLICATION,
            "%(endpoint)s",
        ),
        "tls_handshake": Cause(
            _("%(endpoint)s and this machine could not agree on TLS."),
            _("Look at the versions and ciphers of whatever takes the TLS off there."),
        ),
        "tls_host": Cause(
            _("The TLS certificate at %(endpoint)s is for another host name."),
            CHECK_ENDPOINT,
            APPLICATION,
            "%(endpoint)s",
        ),
        "tls": Cause(
            _("The TLS certificate of %(endpoint)s is not trusted here."),
            _("Name the authority that signed it in SSL_CERT_FILE."),
        ),
        "proxy": Cause(
            _("The proxy from the environment does not lead to %(endpoint)s."),
            _("Correct HTTPS_PROXY, HTTP_PROXY or NO_PROXY."),
        ),
    },
    "provider_timeout": {
        "": Cause(
            _("%(endpoint)s gave no complete answer within %(timeout)s seconds."),
            _('Look why Logto is slow; LOGTO["TIMEOUT"] is how long a visitor waits.'),
        ),
    },
    "provider_busy": {
        "": Cause(
            _("Logto limits how often it may be asked, or is under maintenance."),
            _(
                "Wait a moment. If Logto says how long (Retry-After), its metadata and "
                "keys are not asked for before, for five minutes at most."
            ),
        ),
    },
    "provider_response_invalid": {
        "": Cause(
            _("Logto, or a proxy before it, answered what it should not."),
            _("Look at the answer named below and at what stands between."),
        ),
        "status_404": _NOT_LOGTO,
        "not_json": _NOT_LOGTO,
        "discovery_shape": _NOT_LOGTO,
        "discovery_issuer": Cause(
            _(
                "The Logto at %(endpoint)s calls itself %(issuer)s: it has another "
                "address than the one that this site uses."
            ),
            _(
                'Make LOGTO["ENDPOINT"] that address without /oidc. A Logto of your '
                "own takes it from its environment variable ENDPOINT."
            ),
            APPLICATION,
        ),
        "discovery_endpoint": Cause(
            _("The Logto at %(endpoint)s names endpoints that are not below its own."),
            _("Look at the proxy before it: it must pass on Host and scheme."),
        ),
    },
    "client_refused": {
        "": Cause(
            _('LOGTO["APP_SECRET"] is not a secret of the application %(app_id)s.'),
            _("Copy the secret again; one that was deleted or has expired is refused."),
            SECRETS,
        ),
        "unknown_application": Cause(
            _("The Logto at %(endpoint)s has no application %(app_id)s."),
            _(
                'Correct LOGTO["APP_ID"], or LOGTO["ENDPOINT"] if the application is '
                "in another tenant."
            ),
            APPLICATION,
            "%(app_id)s",
        ),
    },
    "token_invalid": {
        "": Cause(
            _("The ID token failed the check that is named below."),
            _("If it comes back, compare endpoint and App ID with Logto's."),
            APPLICATION,
            "%(app_id)s",
        ),
        "expired": _OF_THE_CLOCK["ahead"],
        "issued_too_long_ago": _OF_THE_CLOCK["ahead"],
        "issued_in_future": _OF_THE_CLOCK["behind"],
        "not_yet_valid": _OF_THE_CLOCK["behind"],
        "wrong_auth_time": Cause(
            _(
                "The sign-in asked for max_age, and by the ID token the person last "
                "signed in longer ago, or it does not say when."
            ),
            _("Compare the clocks of both machines; %(leeway)s seconds are tolerated."),
        ),
        "wrong_issuer": Cause(
            _("The ID token was issued by another server than %(endpoint)s."),
            CHECK_ENDPOINT,
            APPLICATION,
            "%(endpoint)s",
        ),
    },
    "signing_key_unknown": {
        "": Cause(
            _("The ID token is signed with a key that %(endpoint)s does not publish."),
            _("Wait half a minute if Logto's keys have just been rotated."),
            SIGNING_KEYS,
        ),
    },
}
