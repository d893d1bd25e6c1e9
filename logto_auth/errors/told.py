"""What Logto, or somebody in its name, tells this site by itself and is not taken."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


class LogoutTokenInvalid(LogtoError):
    """A logout token is not one, or not one of Logto's for this application."""

    code = "logout_token_invalid"
    status = 400
    title = _("This logout token is not valid")
    message = _("Nothing has changed.")


class WebhookInvalid(LogtoError):
    """A webhook is not what Logto sends; ``reason`` says why."""

    code = "webhook_invalid"
    status = 400
    title = _("This webhook is not valid")
    message = _("Nothing has changed.")


class WebhookUnsigned(LogtoError):
    """A webhook has no signature by a key of ``WEBHOOK_SIGNING_KEYS``."""

    code = "webhook_unsigned"
    status = 401
    title = _("This webhook is not signed")
    message = _("Nothing has changed.")
