"""What a site's own user admin takes from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.utils.text import capfirst

from ..models import LinkedIdentity, LogtoAccount, LogtoSession, SearchTerm
from .identities import LinkedIdentityInline, may_view_accounts

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

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what goes with a user, where the viewer may see that at all.

        Sessions and search terms mean nothing to anybody, and are only counted.
        """
        listed, counts, perms_needed, protected = super().get_deleted_objects(
            objs, request
        )
        unnamed: list[Any] = [LogtoSession, SearchTerm]
        if not may_view_accounts(request):
            unnamed += [LogtoAccount, LinkedIdentity]
        # Django writes each as "Name of the model: object".
        begin = tuple(f"{capfirst(model._meta.verbose_name)}: " for model in unnamed)
        return list(_without(listed, begin)), counts, perms_needed, protected


def _without(listed: Sequence[Any], begin: tuple[str, ...]) -> Iterable[Any]:
    """Yield objects, each followed by the list of those that go with it, if any."""
    is_named = True
    for item in listed:
        if not isinstance(item, list):
            is_named = not str(item).startswith(begin)
            if is_named:
                yield item
        elif is_named and (inner := list(_without(item, begin))):
            yield inner
