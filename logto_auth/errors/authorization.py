"""Logto answered a sign-in with an error."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


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
