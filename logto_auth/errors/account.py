"""The sign-in was right, the local account says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .base import LogtoError, Text


class AccountError(LogtoError):
    """The sign-in was right, the local account is not."""

    code = "account_error"
    status = 403


class AccountInactive(AccountError):
    """The local user has ``is_active=False``."""

    code = "account_inactive"
    title = _("Your account is not active")
    message = _("You signed in, but your account on this site has been switched off.")


class AccountNotCreated(AccountError):
    """The user model refused a new user (a required field, a unique value)."""

    code = "account_not_created"
    status = 409
    title = _("Your account could not be created")
    message = _("You signed in, but this site could not make an account for you.")


class UserFieldsMissing(AccountError):
    """The user model requires fields that neither claims nor the site's hooks fill.

    Args:
        fields: Their names, as the model shows them to people.
    """

    code = "user_fields_missing"
    status = 409
    title = _("Something about you is missing")

    def __init__(
        self, detail: str = "", *, fields: Sequence[Text] = (), **facts: Any
    ) -> None:
        super().__init__(detail, fields=fields, **facts)
        if fields:
            self.message = format_lazy(
                _("This site cannot make an account for you without: {fields}."),
                fields=", ".join(str(field) for field in fields),
            )


class AccountUnknown(AccountError):
    """Nobody here has this Logto account, and ``CREATE_USERS`` is off."""

    code = "account_unknown"
    title = _("You have no account here")
    message = _(
        "This site makes no accounts by itself. If you have one already, sign in as "
        "before and connect your Logto account; else ask the people who run it."
    )


class AccountConnectedElsewhere(AccountError):
    """The Logto account to connect signs in another local user."""

    code = "account_connected_elsewhere"
    status = 409
    title = _("That Logto account belongs to another user")
    message = _("Nothing has changed. You can connect another Logto account.")


class AccountNotUpdated(AccountError):
    """The user model refused what the site's `Hooks.update_user` set."""

    code = "account_not_updated"
    status = 409
    title = _("Your account could not be updated")
    message = _("You signed in, but this site could not store what is new about you.")


class SignInNotAllowed(AccountError):
    """The site's `Hooks.may_sign_in` said no.

    Args:
        message: What the visitor reads instead of the usual sentence.
    """

    code = "sign_in_not_allowed"
    title = _("You may not sign in here")
    message: Text = _("You signed in, but this site is not open to your account.")

    def __init__(
        self, detail: str = "", *, message: Text | None = None, **facts: Any
    ) -> None:
        super().__init__(detail, message=message, **facts)
        if message:
            self.message = message


class SignInLoop(AccountError):
    """A page keeps sending a visitor to sign in who is signed in already."""

    code = "sign_in_loop"
    title = _("You are signed in, but may not see this page")
    message = _("You can sign in with another account that is allowed to.")
