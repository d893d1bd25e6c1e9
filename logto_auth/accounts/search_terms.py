"""The words by which administrators find an account.

They are stored and looked up in the same folded form, so that ``jose`` finds José.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from ..models import LinkedIdentity, LogtoAccount, SearchTerm, on_primary
from .identities import Told, ToldIdentity, told_in_userinfo

#: As long as the column; what is longer is found by its beginning.
MAX_LENGTH = 100
_MAX_WORDS, _MAX_IDENTITIES = 20, 50
# Of a text: normalizing takes a time that is the square of the length.
_MAX_TEXT = _MAX_WORDS * MAX_LENGTH
_CLAIMS = ("sub", "name", "username", "preferred_username", "email", "phone_number")
_DETAILS = ("name", "email")


def words(text: str) -> list[str]:
    """Return the words of a text, without case and accents."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", text[:_MAX_TEXT])
        if unicodedata.category(char) != "Mn" and char != "\0"
    )
    return [word[:MAX_LENGTH] for word in plain.casefold().split()]


def terms_of(userinfo: Mapping[str, Any]) -> set[str]:
    """Return the words of a userinfo document and of the identities in it."""
    return _claim_terms(userinfo) | identity_terms(told_in_userinfo(userinfo))


def identity_terms(told: Told) -> set[str]:
    """Return the words of identities."""
    identities = [identity for listed in told.values() for identity in listed]
    return _terms(
        text
        for identity in identities[:_MAX_IDENTITIES]
        for text in (identity.provider_user_id, *_detailed(identity))
    )


def write_terms(
    account: LogtoAccount, *, new: Iterable[str], gone: Iterable[str] = ()
) -> None:
    """Add and remove terms; a statement for adding, two for removing."""
    if removed := sorted(gone):
        terms = on_primary(SearchTerm).filter(account=account, term__in=removed)
        # By their keys, which locks nothing of other people.
        keys = list(terms.values_list("pk", flat=True))
        on_primary(SearchTerm).filter(pk__in=keys).delete()
    rows = [SearchTerm(account=account, term=term) for term in sorted(new)]
    if rows:
        # Databases that compare leniently hold two words for one.
        on_primary(SearchTerm).bulk_create(rows, ignore_conflicts=True)


def rewrite_terms(account: LogtoAccount) -> None:
    """Make the terms those of the document and of all identities that have rows."""
    identities = on_primary(LinkedIdentity).filter(account=account).order_by("pk")
    stored = identities.values_list("provider_user_id", "name", "email")
    terms = _claim_terms(account.userinfo) | _terms(
        chain.from_iterable(stored[:_MAX_IDENTITIES])
    )
    terms_there = on_primary(SearchTerm).filter(account=account)
    known = set(terms_there.values_list("term", flat=True))
    write_terms(account, new=terms - known, gone=known - terms)


def _claim_terms(userinfo: Mapping[str, Any]) -> set[str]:
    return _terms(userinfo.get(claim) for claim in _CLAIMS)


def _detailed(identity: ToldIdentity) -> list[object]:
    return [(identity.details or {}).get(name) for name in _DETAILS]


def _terms(texts: Iterable[object]) -> set[str]:
    return {
        word
        for text in texts
        if isinstance(text, str)
        for word in words(text)[:_MAX_WORDS]
    }
