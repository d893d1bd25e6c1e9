"""A document of any shape as rows that people can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

# Lists deeper than this are written on one level, with the path for their name.
MAX_DEPTH = 6
_TIMES = {"iat", "exp", "nbf", "auth_time", "created_at", "updated_at", "expires_at"}
# Providers tell seconds, as OIDC has them, and Logto milliseconds: as seconds, these
# would be after the year 5000.
_LEAST_MILLISECONDS = 10**11


@dataclass(frozen=True, slots=True)
class Row:
    """What a definition list has next: a value, or where a list inside it is.

    ``texts`` are shown one after the other; a value without any is an empty one.
    """

    name: str = ""
    texts: tuple[str, ...] = ()
    time: datetime | None = None
    opens: bool = False
    closes: bool = False


def rows(
    document: Mapping[str, Any], labels: Mapping[str, str | Promise] | None = None
) -> Iterator[Row]:
    """Yield a document's values in order, with a start and an end around inner ones.

    Args:
        labels: Readable names of the document's own keys.
    """
    labels = labels or {}
    # A loop, not a recursion: providers decide how deep this goes.
    open_lists = [_List(iter(document.items()), is_document=True)]
    while open_lists:
        current = open_lists[-1]
        key, value = next(current.items, (None, None))
        if key is None:
            open_lists.pop()
            if current.has_name:
                yield Row(closes=True)
            continue
        name = str(labels.get(key, key)) if current.is_document else current.path + key
        inner = _inner(value)
        if inner is None:
            yield _row(name, key, value)
        elif len(open_lists) < MAX_DEPTH:
            open_lists.append(_List(inner, has_name=True))
            yield Row(name, opens=True)
        else:
            open_lists.append(_List(inner, path=f"{name} › "))


@dataclass(slots=True)
class _List:
    items: Iterator[tuple[str, Any]]
    path: str = ""
    has_name: bool = False
    is_document: bool = False


def _inner(value: object) -> Iterator[tuple[str, Any]] | None:
    """Return what a value holds, None where it is a row of its own."""
    if isinstance(value, Mapping) and value:
        return iter([(str(key), item) for key, item in value.items()])
    if isinstance(value, list) and any(isinstance(i, Mapping | list) for i in value):
        return iter([(str(n), item) for n, item in enumerate(value, start=1)])
    return None


def _row(name: str, key: str, value: Any) -> Row:
    if value is None:
        return Row(name)
    items: Iterable[Any] = value if isinstance(value, list | Mapping) else [value]
    texts = tuple(_text(item) for item in items)
    return Row(name, texts, time=_time(key, value)) if any(texts) else Row(name)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("none") if value is None else str(value)


def _time(key: str, value: object) -> datetime | None:
    if key not in _TIMES or isinstance(value, bool):
        return None
    if not isinstance(value, int | float):
        return None
    try:
        seconds = value / 1000 if value >= _LEAST_MILLISECONDS else value
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
