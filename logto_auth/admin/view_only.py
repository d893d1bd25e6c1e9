"""Nobody changes here what Logto is the master of."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class ViewOnly:
    """For a `ModelAdmin` or an inline: looking is all that anybody can do."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers neither."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers neither."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers neither."""
        return False
