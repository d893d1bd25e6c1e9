"""Django's admin with sign-in through Logto: its login page and the form behind it.

Outside of ``logto_auth.admin``, which registers models with the default site: the
module of a site's own `AdminSite` must be able to import this while that site is made.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .conf import logto_settings

LOGIN_TEMPLATE = "logto_auth/admin/login.html"
PASSWORDS_REFUSED = "passwords_refused"


class LogtoAdminAuthenticationForm(AdminAuthenticationForm):
    """Takes a username and a password unless ``ADMIN_SIGN_IN`` is ``"only"``."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        PASSWORDS_REFUSED: _(
            "Passwords are not accepted here. Please sign in with Logto."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Refuse before anything is compared, or a password could be guessed here."""
        if logto_settings.ADMIN_SIGN_IN == "only":
            raise ValidationError(
                self.error_messages[PASSWORDS_REFUSED], code=PASSWORDS_REFUSED
            )
        return super().clean()


class LogtoAdminSiteMixin:
    """For a site's own `AdminSite`; what it sets differently holds."""

    login_template = LOGIN_TEMPLATE
    login_form = LogtoAdminAuthenticationForm


def offer_sign_in() -> None:
    """Give both to the default site, where it has none of its own; idempotent."""
    site = admin.site
    site.login_template = site.login_template or LogtoAdminSiteMixin.login_template
    site.login_form = site.login_form or LogtoAdminSiteMixin.login_form
