"""A plan in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .plan import Plan
from .step import Action, Difference, Step

_LONGEST = 100


def plan_lines(
    plan: Plan, *, show_secrets: bool = False
) -> Iterator[tuple[Action, str]]:
    """Yield the lines of a plan, each with what it is about."""
    for step in plan.steps:
        yield step.action, f"{step.action.value} {step.subject}: {_verb(step)}"
        for difference in step.differences:
            text = _difference(step, difference, show_secrets=show_secrets)
            yield step.action, f"    {text}"
        for note in step.notes:
            yield step.action, f"    ({note})"


def summary(plan: Plan) -> str:
    """Return the plan in one line."""
    return _(
        "%(create)d to create, %(change)d to change, %(delete)d to delete, %(keep)d "
        "unchanged."
    ) % {action.name.lower(): plan.count(action) for action in Action}


def _verb(step: Step) -> str:
    return {
        Action.CREATE: _("create"),
        Action.CHANGE: _("change"),
        Action.DELETE: _("delete"),
        Action.KEEP: _("unchanged"),
    }[step.action]


def done_line(step: Step) -> str:
    """Return what has been done."""
    verb = {
        Action.CREATE: _("created"),
        Action.CHANGE: _("changed"),
        Action.DELETE: _("deleted"),
        Action.KEEP: _("unchanged"),
    }[step.action]
    return f"{step.subject}: {verb}"


def _difference(step: Step, difference: Difference, *, show_secrets: bool) -> str:
    is_hidden = difference.is_secret and not show_secrets
    after = _("(secret)") if is_hidden else _shown(difference.after)
    if step.action is Action.CREATE:
        return f"{difference.name}: {after}"
    before = _shown(None if is_hidden else difference.before)
    if is_hidden:
        return _("%(name)s: another %(secret)s") % {
            "name": difference.name,
            "secret": after,
        }
    return f"{difference.name}: {before} → {after}"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    printable = "".join(char if char.isprintable() else "?" for char in text)
    return printable if len(printable) <= _LONGEST else f"{printable[:_LONGEST]}…"
