"""Search for accounts by the beginnings of words."""

from __future__ import annotations

from django.db import connections
from django.db.models import QuerySet

from ..accounts.search_terms import words
from ..models import LogtoAccount, SearchTerm
from .matching import having

#: Each word is a look-up of its own in the database.
MOST_WORDS = 8


def search_accounts(
    queryset: QuerySet[LogtoAccount], text: str
) -> QuerySet[LogtoAccount]:
    """Return the accounts that have, for each word of ``text``, one that begins so.

    Words past the first ``MOST_WORDS`` are not looked at. A text without any word that
    could be stored, such as a lone accent, finds nobody; a blank one everybody.
    """
    if not text.strip():
        return queryset
    # LIKE BINARY, Django's startswith on MariaDB and MySQL, uses no index.
    is_mysql = connections[queryset.db].vendor == "mysql"
    lookup = "term__istartswith" if is_mysql else "term__startswith"
    sought = list(dict.fromkeys(words(text)))[:MOST_WORDS]
    if not sought:
        return queryset.none()
    for word in sought:
        terms = SearchTerm.objects.using(queryset.db).filter(**{lookup: word})
        queryset = having(queryset, terms)
    return queryset
