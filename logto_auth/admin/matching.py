"""Accounts by the rows that belong to them, however many those are."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

from django.db import connections
from django.db.models import BooleanField, F, Func, OuterRef, QuerySet, Subquery
from django.db.models.lookups import IsNull

from ..models import LogtoAccount

#: As many are read and put in order for a page; among more, a page is soon full.
FEW = 10_000


def having(
    accounts: QuerySet[LogtoAccount], *alternatives: QuerySet[Any]
) -> QuerySet[LogtoAccount]:
    """Return the accounts that have a row in one of ``alternatives``.

    Of few rows, the accounts are read and put in order. With many, the accounts are
    read in the list's order, and each is looked up, until the page is full. Databases
    guess which is better, and some guess without the page in mind. So it is tried, as
    far as `FEW`, and said to them in a way that leaves no choice.

    Args:
        alternatives: Rows with an ``account``; each a range of one index, because
            databases read past what an OR leaves out.
    """
    first, *rest = (rows.values_list("account", flat=True) for rows in alternatives)
    named = first.union(*rest, all=True) if rest else first
    keys = list(named[: FEW + 1])
    if len(keys) > FEW:
        rows = reduce(operator.or_, alternatives).filter(account=OuterRef("pk"))
        return accounts.filter(IsNull(Subquery(rows.values("account")[:1]), False))
    vendor = connections[accounts.db].vendor
    if vendor == "postgresql":
        return accounts.filter(_is_any_of(named))
    # MariaDB does not foresee how few a subquery will find.
    return accounts.filter(pk__in=set(keys) if vendor == "mysql" else named)


def _is_any_of(keys: QuerySet[Any, Any]) -> Func:
    """Return a condition for which PostgreSQL reads the keys first, as a list.

    For a few thousand that it knows, it may read the whole table. It takes those that
    it does not know yet for a handful.
    """
    return Func(
        F("pk"),
        Func(Subquery(keys), template="ANY(ARRAY%(expressions)s)"),
        template="%(expressions)s",
        arg_joiner=" = ",
        output_field=BooleanField(),
    )
