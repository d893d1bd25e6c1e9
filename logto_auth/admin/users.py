"""What a site's own user admin takes from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from .identities import LinkedIdentityInline

if TYPE_CHECKING:
    Base = ModelAdmin[Any]
else:
    Base = object


class LogtoUserAdminMixin(Base):
    """Shows a user's Logto account and linked identities on the user's page.

    ::

        class UserAdmin(LogtoUserAdminMixin, BaseUserAdmin): ...
    """

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type[Any]]:
        """Add the linked identities to those of the site, for a user that exists."""
        inlines = [*super().get_inlines(request, obj)]
        is_there = any(issubclass(inline, LinkedIdentityInline) for inline in inlines)
        if obj is None or is_there:
            return inlines
        return [*inlines, LinkedIdentityInline]
