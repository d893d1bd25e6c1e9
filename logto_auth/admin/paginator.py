"""Pages of a list that nobody counts to its end."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from ..models import LogtoAccount

#: As far as is counted and paged; whoever looks for more narrows the list.
CAP = 500


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # not at run time
    """Django's, which counts no further than `CAP`, and so reads no further."""

    object_list: QuerySet[LogtoAccount]

    @cached_property
    def _counted(self) -> int:
        # In the list's order, by which it is found, as on its pages.
        return self.object_list[: CAP + 1].count()

    @cached_property
    def count(self) -> int:
        """How many there are, `CAP` when there are more."""
        return min(self._counted, CAP)

    @property
    def is_capped(self) -> bool:
        """Whether there are more than are counted and paged."""
        return self._counted > CAP
