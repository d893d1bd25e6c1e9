"""The administrators' list of accounts."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db import connections
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ..models import LinkedIdentity, LogtoAccount
from .filters import NEVER, LastSignInFilter
from .paginator import CAP

#: Where the identities of a listed account are that are linked now.
LINKED = "linked_identities"


class AccountChangeList(ChangeList):
    """Django's, with the linked identities, and a count that may be capped."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Return the accounts with what the list shows of their identities."""
        linked = (
            LinkedIdentity.objects.filter(unlinked_at=None)
            .only("account_id", "target")
            .order_by("target", "pk")
        )
        accounts: QuerySet[LogtoAccount] = super().get_queryset(*args, **kwargs)
        return accounts.prefetch_related(Prefetch("identities", linked, to_attr=LINKED))

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return an order that an index has."""
        span = request.GET.get(LastSignInFilter.parameter_name)
        if span == NEVER and connections[queryset.db].vendor == "mysql":
            # All are alike in it, which MariaDB does not see: it would sort them.
            return ["-pk"]
        ordering = super().get_ordering(request, queryset)
        # Django goes on with the key downward, also where the time goes upward.
        is_upward = ordering[0] == "last_sign_in_at"
        return ["last_sign_in_at", "pk"] if is_upward else ordering

    @property
    def as_counted(self) -> AccountChangeList | CappedCount:
        """The list itself, with words for the count where it is not exact."""
        is_capped: bool = self.paginator.is_capped
        return CappedCount(self) if is_capped else self


class CappedCount:
    """Stands for the list in Django's own template, which then needs no copy here."""

    def __init__(self, changelist: AccountChangeList) -> None:
        self._changelist = changelist
        count = number_format(CAP, force_grouping=True)
        self.result_count = _("More than %(count)s") % {"count": count}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._changelist, name)
