"""The app's wiring: checks and receivers, nothing else."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LogtoAuthConfig(AppConfig):
    """`logto_auth`."""

    name = "logto_auth"
    verbose_name = _("Logto")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks and put ``logto`` on users."""
        from . import checks
        from .web import attachment

        checks.register_checks()
        attachment.install()
