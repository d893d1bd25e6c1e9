"""The app's wiring: checks, receivers and the admin's login page, nothing else."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class LogtoAuthConfig(AppConfig):
    """`logto_auth`."""

    name = "logto_auth"
    verbose_name = _("Logto")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks, put ``logto`` on users, offer sign-in to the admin."""
        from . import checks
        from .accounts import deletion
        from .web import attachment, secret_query

        checks.register_checks()
        attachment.install()
        deletion.install()
        secret_query.install()
        if apps.is_installed("django.contrib.admin"):
            from .admin_site import offer_sign_in

            offer_sign_in()
