"""A plan in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ..conf import LogtoSettings
from ..setting import site_settings
from .connectors import subject
from .declaration import Declaration
from .outcome import VARIABLE_PREFIX
from .plan import Plan
from .provider_side import provider_lines
from .step import SECRET, Action, Difference, Step

_LONGEST = 100


def plan_lines(
    plan: Plan, *, show_secrets: bool = False
) -> Iterator[tuple[Action, str]]:
    """Yield the lines of a plan, each with what it is about."""
    for step in plan.steps:
        yield step.action, f"{step.action.value} {step.subject}: {_verb(step)}"
        for difference in step.differences:
            for text in _texts(step, difference, show_secrets=show_secrets):
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


def failed_line(step: Step) -> str:
    """Return what has not been done."""
    return _("%(subject)s: failed") % {"subject": step.subject}


def closing_lines(
    plan: Plan,
    declaration: Declaration,
    *,
    show_secrets: bool,
    is_written: bool,
) -> Iterator[str]:
    """Yield what a person still has to do: at providers, and with the settings."""
    created = {step.subject for step in plan.changes if step.action is Action.CREATE}
    endpoint = plan.outcome.endpoint
    for declared in declaration.connectors or ():
        connector = declared.connector
        connector_id = plan.outcome.connector_ids[declared.name]
        yield ""
        yield _("Connector %(target)s: callback URL %(url)s") % {
            "target": declared.target,
            "url": connector.callback_url(endpoint, connector_id),
        }
        if subject(declared.target) in created:
            yield from provider_lines(connector, endpoint, connector_id)
    yield ""
    missing = [*_missing_settings(plan)]
    if missing:
        yield _("For LOGTO in the settings of this site:")
        yield from missing
    yield _("For the environment of this site:")
    hidden = False
    for name, value, is_secret in plan.outcome.variables():
        is_hidden = is_secret and not show_secrets
        hidden = hidden or is_hidden
        yield f"  {name}={SECRET if is_hidden else value}"
    if hidden and not is_written:
        yield _("Say --show-secrets to see secrets, --write-env PATH to keep them.")


def _missing_settings(plan: Plan) -> Iterator[str]:
    """Yield the lines that the site's ``LOGTO`` lacks."""
    given = site_settings()
    for variable, _value, _is_secret in plan.outcome.variables():
        name = variable.removeprefix(VARIABLE_PREFIX)
        if hasattr(LogtoSettings, name) and name not in given:
            yield f'  "{name}": os.environ["{variable}"],'


def _texts(step: Step, difference: Difference, *, show_secrets: bool) -> Iterator[str]:
    name, before, after = difference.name, difference.before, difference.after
    if difference.is_secret and not show_secrets:
        is_new = step.action is Action.CREATE or not before
        yield f"{name}: {SECRET if is_new else _('another (secret)')}"
    elif step.action is Action.CREATE:
        yield f"{name}: {_shown(after)}"
    elif _are_lists_of_others(before, after):
        yield from (f"{name}: + {_shown(item)}" for item in after if item not in before)
        yield from (f"{name}: - {_shown(item)}" for item in before if item not in after)
    else:
        yield f"{name}: {_shown(before)} → {_shown(after)}"


def _are_lists_of_others(before: Any, after: Any) -> bool:
    """Tell whether two lists differ in more than their order."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return False
    kept = [item for item in before if item in after]
    return kept == [item for item in after if item in before]


def _shown(value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    printable = "".join(char if char.isprintable() else "?" for char in text)
    return printable if len(printable) <= _LONGEST else f"{printable[:_LONGEST]}…"
