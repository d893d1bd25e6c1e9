"""Causes that lie in the site itself: accounts, keys, settings."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .cause import API_RESOURCES, Cause

CAUSES: Mapping[str, Mapping[str, Cause]] = {
    "account_inactive": {
        "": Cause(
            _("The local user has is_active=False, or a backend refused them."),
            _("Switch the user on in Django's admin."),
        ),
    },
    "account_not_created": {
        "": Cause(
            _("The user model did not take a new user."),
            _("Give its required fields a default, and its unique ones a free value."),
        ),
    },
    "user_fields_missing": {
        "": Cause(
            _("The user model requires fields that nothing fills; they are below."),
            _(
                "Fill them from a claim, with USER_FIELDS, or in update_user of your "
                "hooks; or give them a default."
            ),
        ),
    },
    "account_unknown": {
        "": Cause(
            _(
                "CREATE_USERS is off, and no local user has connected this Logto "
                "account or can be joined to it."
            ),
            _(
                "Nothing, if that is meant. Else switch CREATE_USERS on, or let the "
                "person sign in as before and connect the account."
            ),
        ),
    },
    "account_not_updated": {
        "": Cause(
            _(
                "The user model did not take what USER_FIELDS or update_user of your "
                "hooks has set."
            ),
            _("Set values that the database takes, or none."),
        ),
    },
    "connecting_user_changed": {
        "": Cause(
            _(
                "Between the button and the way back from Logto the visitor has signed "
                "out here or become somebody else, or the user was switched off."
            ),
            _("Sign in as the user who is to have the account, and connect it again."),
        ),
    },
    "account_connected_elsewhere": {
        "": Cause(
            _(
                "There is a LogtoAccount of another user for this Logto user. Perhaps "
                "they have signed in with it before they connected it, which made a "
                "user of its own."
            ),
            _(
                "If both users are the same person, and only then, delete the user "
                "that the sign-in made, or in manage.py shell its LogtoAccount; then "
                "let them connect it."
            ),
        ),
    },
    "sign_in_not_allowed": {
        "": Cause(
            _(
                "may_sign_in of your hooks said no, or the person lacks the claim of "
                "REQUIRED_CLAIMS that is named below."
            ),
            _("Nothing, if that is meant; the sign-in at Logto was right."),
        ),
    },
    "sign_in_loop": {
        "": Cause(
            _("A page sends people to LOGIN_URL who are signed in but lack a right."),
            _("Answer them with 403: permission_required(…, raise_exception=True)."),
        ),
    },
    "seal_broken": {
        "": Cause(
            _("SECRET_KEY is not the one that sealed the value."),
            _("Keep old keys in SECRET_KEY_FALLBACKS."),
        ),
    },
    "configuration_invalid": {
        "": Cause(
            _("A setting is missing or wrong; it is named below."),
            _("Run manage.py check, which gives the lines to paste."),
        ),
    },
    "connector_invalid": {
        "": Cause(
            _("A connector is declared with values that Logto would not take."),
            _("All that is wrong is named below; docs/connectors/ has every value."),
        ),
    },
    "scopes_not_granted": {
        "": Cause(
            _(
                "Logto ignores scopes that it does not know, and offline_access when "
                "the prompt has no consent. A permission of an API it knows only "
                "together with the API."
            ),
            _(
                'Correct LOGTO["SCOPES"]; name the API of a permission in '
                'LOGTO["RESOURCES"]; ask for consent with LOGTO["PROMPT"] and without '
                "prompt=none."
            ),
            API_RESOURCES,
        ),
    },
}
