"""What the visitor's browser sent cannot be acted upon."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


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
        "It has ended already, or was started in another browser, or so long ago that "
        "it was forgotten. Nothing has changed; you can start again."
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


class TooManySignIns(BadRequest):
    """The visitor's address did more than ``RATE_LIMITS`` allows; ``reason`` is what.

    ``retry_after`` is what is left of the window in which they are counted.
    """

    code = "too_many_sign_ins"
    status = 429
    title = _("Too many sign-ins")
    message = _(
        "Too many sign-ins came from your network. Nothing has changed; please try "
        "again later."
    )


class SignOutStateInvalid(BadRequest):
    """The ``state`` that came back from sign-out is not the one that was sent."""

    code = "sign_out_state_invalid"
    title = _("This sign-out was not started here")
    message = _("Nothing has changed.")
