"""The Logto session behind a signed-in visitor does not give what is asked of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


class SignInRequired(LogtoError):
    """There is no token to be had without a new sign-in; ``reason`` says why.

    Where nothing catches it, `LogtoMiddleware` sends the visitor to sign in, or tells a
    script so with a 401.
    """

    code = "sign_in_required"
    status = 401
    title = _("Please sign in again")
    message = _("Your sign-in has ended. Nothing else has changed.")
