"""What is declared, laid over what is in Logto: the rest stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .step import Difference

REMOVED = _("something")


def merged(current: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``current`` with what is declared in place of its own, in depth."""
    result = dict(current)
    for name, value in declared.items():
        present = result.get(name)
        if isinstance(value, Mapping) and isinstance(present, Mapping):
            result[name] = merged(present, value)
        else:
            result[name] = value
    return result


def differences(
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    *,
    secret: Collection[str] = (),
    inside: str = "",
) -> Iterator[Difference]:
    """Yield what differs, by names with dots.

    Args:
        secret: Names of values that may not be shown, nor what they are inside of.
        inside: What both are the value of.
    """
    for name, after in wanted.items():
        path = f"{inside}.{name}" if inside else name
        before = current.get(name)
        if before == after:
            continue
        if isinstance(after, Mapping) and isinstance(before, Mapping | None):
            yield from differences(before or {}, after, secret=secret, inside=path)
        else:
            is_secret = any(f"{name}.".startswith(f"{path}.") for name in secret)
            yield Difference(path, before, after, is_secret=is_secret)
    for name in current.keys() - wanted.keys() if inside else ():
        # What it was may be a secret.
        yield Difference(f"{inside}.{name}", str(REMOVED), None)


def together(
    present: Iterable[str], wanted: Iterable[str], removed: Collection[str]
) -> list[str]:
    """Return both lists as one: what is there first, without what is removed."""
    kept = (item for item in present if item not in removed)
    return list(dict.fromkeys((*kept, *wanted)))


def superfluous(
    present: Iterable[str], wanted: Collection[str], *, prune: bool
) -> frozenset[str]:
    """Return what a plan removes of a list: nothing without ``prune``.

    It is found out once: what somebody adds after the plan was shown stays.
    """
    return frozenset(present).difference(wanted) if prune else frozenset()
