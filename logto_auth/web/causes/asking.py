"""Causes of what comes back from Logto when a person is to be signed in."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .cause import (
    API_RESOURCES,
    APPLICATION,
    AUDIT_LOGS,
    CHECK_ENDPOINT,
    PERMISSIONS,
    REDIRECT_URIS,
    RULES,
    START_AGAIN,
    Cause,
)

_NO_RESOURCE = Cause(
    _('LOGTO["RESOURCES"] names an API resource that Logto does not have.'),
    _("Create the resource with exactly this identifier, or leave it out."),
    API_RESOURCES,
    "%(resources)s",
)
_NO_SCOPE = Cause(
    _("The application may not ask for one of these scopes: %(scopes)s."),
    _(
        'Take it out of LOGTO["SCOPES"], or allow it. A third-party application may '
        "ask only for what its permissions name."
    ),
    PERMISSIONS,
)
_NOT_ALLOWED = Cause(
    _("The application has access control, and no rule lets the person in."),
    _("Add a rule that fits the person, or switch access control off."),
    RULES,
)
_NOT_SIGNED_IN = Cause(
    _(
        "The sign-in was started with prompt=none, and Logto would have had to show "
        "a page."
    ),
    _("Start it without prompt=none when this comes back."),
)
CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "sign_in_option_invalid": {
        "": Cause(
            _("A parameter of the sign-in has a value that Logto does not understand."),
            _("Correct the link, the form or sign_in_options."),
        ),
    },
    "state_unknown": {
        "": Cause(
            _(
                "This browser sent no cookie of the attempt: it was started in another "
                "browser or on another host, or its cookie was deleted or pushed out "
                "by newer attempts."
            ),
            START_AGAIN,
        ),
        "loopback_host": Cause(
            _(
                "This browser sent no cookie of the attempt to %(host)s. If you "
                "started at the other one of localhost and 127.0.0.1, the cookie is "
                "there: browsers keep them apart. Otherwise the attempt was started in "
                "another browser, or its cookie was deleted or pushed out by newer "
                "attempts."
            ),
            _(
                "Use one name everywhere: in the address bar, in Logto's redirect URIs "
                'and in LOGTO["BASE_URL"]. Then start the sign-in again.'
            ),
            REDIRECT_URIS,
            "%(redirect_uri)s",
        ),
        "absent": Cause(
            _("The callback was opened without the parameter state."),
            START_AGAIN,
        ),
        "unreadable": Cause(
            _(
                "The attempt's cookie cannot be opened: SECRET_KEY is not the one that "
                "sealed it."
            ),
            _(
                "Give all processes the same SECRET_KEY, which does not change at a "
                "restart; keep old ones in SECRET_KEY_FALLBACKS."
            ),
        ),
    },
    "attempt_expired": {
        "": Cause(
            _("More than an hour passed, after which Logto forgets a sign-in too."),
            START_AGAIN,
        ),
    },
    "session_not_kept": {
        "": Cause(
            _(
                "The session was saved, and its cookie never came back: the browser "
                "refuses it for this address, or a page deletes it."
            ),
            _(
                "SESSION_COOKIE_DOMAIN has to fit the address, SESSION_COOKIE_SECURE "
                "needs https, and SESSION_COOKIE_PATH must not be narrower than the "
                "site."
            ),
        ),
    },
    "attempt_used": {
        "": Cause(
            _("The same callback came again, after another one was tried instead."),
            START_AGAIN,
        ),
    },
    "authorization_response_invalid": {
        "": Cause(
            _("The parameters of the callback are not those of a Logto."),
            START_AGAIN,
            AUDIT_LOGS,
        ),
        "redirect_uri": Cause(
            _(
                "The sign-in was started for %(started)s and came back to "
                "%(redirect_uri)s: scheme, host, port or path is another."
            ),
            _(
                'Set the address in LOGTO["BASE_URL"]; behind a proxy that takes the '
                "TLS off, set SECURE_PROXY_SSL_HEADER."
            ),
            REDIRECT_URIS,
            "%(started)s",
        ),
        "wrong_issuer": Cause(
            _("Another server than %(endpoint)s answered the sign-in."),
            CHECK_ENDPOINT,
            APPLICATION,
            "%(endpoint)s",
        ),
    },
    "too_many_sign_ins": {
        "": Cause(
            _("One address did more in one window of time than RATE_LIMITS allows."),
            _(
                "Nothing, if that is meant. If the address is a proxy's, name in "
                "CLIENT_ADDRESS what knows the visitor's; if many people share it, "
                "allow more."
            ),
        ),
    },
    "sign_out_state_invalid": {
        "": Cause(
            _("The state that came back is not the one of this browser's sign-out."),
            _("Sign out again."),
        ),
    },
    "access_denied": {"": _NOT_ALLOWED},
    "authorization_refused": {
        "": Cause(
            _("Logto refused the sign-in; its words are below."),
            _("Look the sign-in up in Logto's log."),
            AUDIT_LOGS,
        ),
        "login_required": _NOT_SIGNED_IN,
        "consent_required": _NOT_SIGNED_IN,
        "interaction_required": _NOT_SIGNED_IN,
        "invalid_scope": _NO_SCOPE,
        "insufficient_scope": _NO_SCOPE,
        "invalid_target": _NO_RESOURCE,
    },
    "token_request_refused": {
        "": Cause(
            _("Logto refused to exchange the code; its error code is below."),
            _("Look the sign-in up in Logto's log."),
            AUDIT_LOGS,
        ),
        "invalid_grant": Cause(
            _("The code was expired or had been used, or Logto has ended the session."),
            START_AGAIN,
        ),
        "access_denied": _NOT_ALLOWED,
        "invalid_scope": _NO_SCOPE,
        "insufficient_scope": _NO_SCOPE,
        "invalid_target": _NO_RESOURCE,
    },
}
