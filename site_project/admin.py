"""The site's user admin: Django's, with each user's linked identities."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from logto_auth.admin import LogtoUserAdminMixin

admin.site.unregister(User)


@admin.register(User)
class SiteUserAdmin(LogtoUserAdminMixin, UserAdmin):  # type: ignore[type-arg]  # none at runtime
    """Two lines for a site: the mixin, and this class."""
