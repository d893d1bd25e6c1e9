"""Causes of what Logto tells by itself, and of sessions that have ended."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .cause import Cause

CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "sign_in_required": {
        "": Cause(
            _("The visitor has signed out, here or elsewhere, or never signed in."),
            _("Nothing: the visitor signs in and comes back to the page."),
        ),
        "refresh_refused": Cause(
            _(
                "Logto no longer takes the refresh token: it is too old or revoked, or "
                "the user was suspended or deleted."
            ),
            _("Nothing: who may still sign in does, and comes back to the page."),
        ),
        "no_refresh_token": Cause(
            _(
                "Logto issues a refresh token only with the scope offline_access and "
                "with consent in the prompt."
            ),
            _('Ask for both: LOGTO["SCOPES"] and LOGTO["PROMPT"].'),
        ),
        "tokens_unreadable": Cause(
            _("The stored tokens were sealed with a key that is gone."),
            _(
                "Keep old keys in SECRET_KEY_FALLBACKS until manage.py "
                "logto_rotate_keys has run."
            ),
        ),
        "identity_changed": Cause(
            _(
                "With a refreshed token came an ID token of somebody else, or of "
                "another server or application."
            ),
            _("Nothing, once; more often, ask who runs Logto."),
        ),
    },
    "logout_token_invalid": {
        "": Cause(
            _("Somebody other than Logto has sent it, or it came twice or too late."),
            _(
                "If Logto did, compare ENDPOINT and APP_ID with the application whose "
                "back-channel logout URI this is, and both clocks."
            ),
        ),
    },
    "webhook_invalid": {
        "": Cause(
            _("It is signed, but is no event as Logto sends them, or too old."),
            _("Compare both clocks; else report it, with the reason in the log."),
        ),
    },
    "webhook_unsigned": {
        "": Cause(
            _(
                "Somebody other than Logto has sent it, its webhook has another "
                "signing key, or something on the way has changed the body."
            ),
            _(
                "Copy the signing key of the webhook from Logto's Console to "
                'LOGTO["WEBHOOK_SIGNING_KEYS"].'
            ),
        ),
    },
}
