"""Everything that can go wrong, each with a stable code.

::

    LogtoError
    ├── BadRequest                       what the visitor's browser sent
    │   ├── SignInOptionInvalid          sign_in_option_invalid
    │   ├── StateUnknown                 state_unknown
    │   ├── AttemptExpired               attempt_expired
    │   ├── AttemptUsed                  attempt_used
    │   ├── SessionNotKept               session_not_kept
    │   ├── ConnectingUserChanged        connecting_user_changed
    │   ├── AuthorizationResponseInvalid authorization_response_invalid
    │   └── SignOutStateInvalid          sign_out_state_invalid
    ├── AuthorizationError               Logto answered the sign-in with an error
    │   ├── SignInCancelled              access_denied
    │   └── AuthorizationRefused         authorization_refused
    ├── ProviderError                    Logto did not do its part
    │   ├── ProviderUnreachable          provider_unreachable
    │   ├── ProviderTimeout              provider_timeout
    │   ├── ProviderBusy                 provider_busy
    │   ├── ProviderResponseInvalid      provider_response_invalid
    │   ├── TokenRequestRefused          token_request_refused
    │   ├── ClientRefused                client_refused
    │   ├── RedirectUriUnregistered      redirect_uri_unregistered
    │   ├── SignOutUriUnregistered       sign_out_uri_unregistered
    │   └── TokenInvalid                 token_invalid
    │       └── SigningKeyUnknown        signing_key_unknown
    ├── AccountError                     the local account says no
    │   ├── AccountInactive              account_inactive
    │   ├── AccountNotCreated            account_not_created
    │   ├── UserFieldsMissing            user_fields_missing
    │   ├── AccountUnknown               account_unknown
    │   ├── AccountNotUpdated            account_not_updated
    │   ├── AccountConnectedElsewhere    account_connected_elsewhere
    │   ├── SignInNotAllowed             sign_in_not_allowed
    │   └── SignInLoop                   sign_in_loop
    ├── SealBroken                       seal_broken
    └── ConfigurationError               configuration_invalid

A ``code`` is never reused and never changes its meaning. ``str(error)`` goes to the
log and never holds a code, verifier, token or secret; ``title`` and ``message`` go to
the visitor. ``reason`` narrows the code for the log (``wrong_issuer``, for example).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class LogtoError(Exception):
    """Base of every error of this package.

    Args:
        detail: For the log: what happened, without secrets.
        reason: A stable word that narrows ``code``; empty when there is nothing to
            narrow.
        facts: Values for the explanation that developers see, without secrets.
    """

    code: ClassVar[str] = "logto_error"
    status: ClassVar[int] = 500
    title: ClassVar[Text] = _("Something went wrong")
    message: Text = _("Please try again.")

    def __init__(self, detail: str = "", *, reason: str = "", **facts: Any) -> None:
        self.detail = detail
        self.reason = reason
        self.facts = facts
        parts = [self.code, reason, detail]
        super().__init__(": ".join(part for part in parts if part))

    def fresh(self) -> Self:
        """Return the same error without the frames and causes of this one."""
        return type(self)(self.detail, reason=self.reason, **self.facts)


class BadRequest(LogtoError):
    """The visitor's browser sent something that cannot be acted upon."""

    code = "bad_request"
    status = 400


class SignInOptionInvalid(BadRequest):
    """A sign-in parameter has a value that Logto would not understand."""

    code = "sign_in_option_invalid"
    title = _("This sign-in link is not valid")
    message = _("The link that brought you here asks for something unknown.")


class StateUnknown(BadRequest):
    """The callback's ``state`` belongs to no attempt of this browser (RFC 6749)."""

    code = "state_unknown"
    title = _("This sign-in cannot be continued here")
    message = _(
        "It was started in another browser, or so long ago that it was forgotten. "
        "Nothing has changed; you can start again."
    )


class AttemptExpired(BadRequest):
    """The attempt is older than Logto's interaction, one hour."""

    code = "attempt_expired"
    title = _("This sign-in took too long")
    message = _("A sign-in must be finished within an hour. You can start again.")


class AttemptUsed(BadRequest):
    """The attempt was already completed, and starting over once did not help."""

    code = "attempt_used"
    title = _("This sign-in was already used")
    message = _("A sign-in can be finished only once. You can start again.")


class SessionNotKept(BadRequest):
    """The browser comes back from sign-in after sign-in without a session cookie."""

    code = "session_not_kept"
    title = _("Your browser does not keep the sign-in")
    message = _(
        "It has signed in several times and each time came back without the cookie "
        "that says so. Allow this site's cookies, or tell the people who run it."
    )


class ConnectingUserChanged(BadRequest):
    """Who asked to connect a Logto account is not who is signed in at the callback."""

    code = "connecting_user_changed"
    title = _("Your Logto account was not connected")
    message = _(
        "You are no longer signed in as the user who asked for it. Nothing has "
        "changed; sign in here and ask again."
    )


class AuthorizationResponseInvalid(BadRequest):
    """The callback's parameters contradict each other, RFC 6749 or RFC 9207."""

    code = "authorization_response_invalid"
    title = _("The answer to this sign-in is not valid")
    message = _("Nothing has changed; you can start again.")


class SignOutStateInvalid(BadRequest):
    """The ``state`` that came back from sign-out is not the one that was sent."""

    code = "sign_out_state_invalid"
    title = _("This sign-out was not started here")
    message = _("Nothing has changed.")


class AuthorizationError(LogtoError):
    """Logto sent the visitor back with ``error`` and the attempt's own ``state``."""

    code = "authorization_error"
    status = 400


class SignInCancelled(AuthorizationError):
    """``access_denied``: the application has access control, and no rule fits."""

    code = "access_denied"
    status = 403
    title = _("You were not signed in")
    message = _("This application is not open to you.")


class AuthorizationRefused(AuthorizationError):
    """Any other ``error``; ``reason`` is Logto's error code."""

    code = "authorization_refused"
    title = _("You could not be signed in")
    message = _("The sign-in service did not accept the request.")


class ProviderError(LogtoError):
    """Logto failed or answered something that must not be trusted."""

    code = "provider_error"
    status = 502
    title = _("The sign-in service has a problem")
    message = _("You are not signed in. Please try again in a moment.")


class ProviderUnreachable(ProviderError):
    """No connection: DNS, refused, TLS, or broken off."""

    code = "provider_unreachable"
    title = _("The sign-in service cannot be reached")


class ProviderTimeout(ProviderError):
    """No complete answer within the deadline."""

    code = "provider_timeout"
    status = 504
    title = _("The sign-in service takes too long")


class ProviderBusy(ProviderError):
    """429 or 503 from Logto."""

    code = "provider_busy"
    status = 503
    title = _("The sign-in service is busy")


class ProviderResponseInvalid(ProviderError):
    """An answer that is too large, not JSON, or lacks what the standard requires."""

    code = "provider_response_invalid"


class TokenRequestRefused(ProviderError):
    """The token endpoint refused the code or refresh token (RFC 6749, 5.2)."""

    code = "token_request_refused"
    title = _("You could not be signed in")


class ClientRefused(ProviderError):
    """The token endpoint does not accept this application's id or secret."""

    code = "client_refused"
    title = _("This site is not known to the sign-in service")
    message = _("The people who run this site have to mend its configuration.")


class RedirectUriUnregistered(ProviderError):
    """Logto would not return to this site's callback; found with ``DEBUG`` only.

    ``reason`` is ``unregistered``, or ``loopback_name``, ``scheme`` or ``slash`` when
    Logto knows an address that differs in that.
    """

    code = "redirect_uri_unregistered"
    title = _("The sign-in service does not know this site's address")
    message = _("The people who run this site have to mend its configuration.")


class SignOutUriUnregistered(ProviderError):
    """Logto would not return after a sign-out. See `RedirectUriUnregistered`."""

    code = "sign_out_uri_unregistered"
    title = _("You are signed out here, but not at the sign-in service")
    message = _("The people who run this site have to mend its configuration.")


class TokenInvalid(ProviderError):
    """A token failed verification; ``reason`` names the check (OIDC Core, 3.1.3.7)."""

    code = "token_invalid"
    title = _("You could not be signed in safely")


class SigningKeyUnknown(TokenInvalid):
    """No published key fits the token's header."""

    code = "signing_key_unknown"


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


class SealBroken(LogtoError):
    """Sealed data was altered, or sealed with keys that are gone."""

    code = "seal_broken"


class ConfigurationError(LogtoError, ImproperlyConfigured):
    """A setting is missing or wrong; ``manage.py check`` says which."""

    code = "configuration_invalid"
    message = _("The people who run this site have to mend its configuration.")
