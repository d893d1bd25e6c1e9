"""A set-up from beginning to end: find out, plan, ask, apply, tell the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..errors import LogtoError, SetupRefused
from ..management_api import ManagementApi
from .by_hand import console_lines
from .conversation import Conversation
from .declaration import Declaration, found_declaration
from .env_file import is_fit, write_env_file
from .knowledge import Knowledge
from .plan import Plan, make_plan
from .report import closing_lines, done_line, failed_line, plan_lines, summary
from .step import Action
from .terminal import Terminal, Tone
from .wishes import Wishes

#: How long a busy Logto is waited for, which nobody would do in front of a page.
PATIENCE_SECONDS = 180
_TONES = {
    Action.CREATE: Tone.GOOD,
    Action.CHANGE: Tone.NOTABLE,
    Action.DELETE: Tone.BAD,
    Action.KEEP: Tone.PLAIN,
}


@dataclass(frozen=True, slots=True)
class Options:
    """What a person wants of one run.

    Args:
        path: Of the declaration; None for the usual one.
        site: Scheme and host of the site; None for ``BASE_URL``.
        only_plan: Change nothing.
        is_agreed: Do not ask.
        prune: Delete what is not declared.
        show_secrets: Print them.
        env_path: Where ids and secrets are written; None for nowhere.
    """

    path: Path | None = None
    site: str | None = None
    only_plan: bool = False
    is_agreed: bool = False
    prune: bool = False
    show_secrets: bool = False
    env_path: Path | None = None


@sensitive_variables()
def set_up(terminal: Terminal, options: Options, variables: Mapping[str, str]) -> None:
    """Set up Logto.

    Args:
        variables: The environment, for secrets.

    Raises:
        SetupRefused: Nobody agreed, or there is nothing to do it with.
        LogtoError: Something is missing or wrong, or Logto refused a change.
    """
    path = found_declaration(options.path)
    if options.prune and path is None:
        raise SetupRefused(reason="no_declaration")
    may_ask = not (options.is_agreed or options.only_plan)
    conversation = Conversation(terminal, is_asked=may_ask and terminal.is_there())
    wishes = conversation.wishes(path, options.site, variables)
    if wishes.credentials is None:
        _explain_by_hand(terminal, wishes)
        if options.is_agreed or options.env_path:
            raise SetupRefused(reason="no_credentials")
        return
    api = ManagementApi(wishes.credentials, patience=PATIENCE_SECONDS)
    declaration = wishes.declaration.completed(Knowledge(api))
    _warn(terminal, declaration, wishes)
    plan = make_plan(
        api,
        declaration,
        wishes.site,
        app_id=wishes.app_id,
        app_secret=wishes.app_secret,
        prune=options.prune,
    )
    _show(terminal, plan, show_secrets=options.show_secrets)
    if options.only_plan:
        return
    if plan.changes:
        _agree(conversation, options)
        _apply(terminal, plan, api)
    env_path = options.env_path or conversation.env_path(wishes)
    if env_path is not None:
        _keep(terminal, plan, wishes, env_path)
    for line in closing_lines(
        plan,
        declaration,
        show_secrets=options.show_secrets,
        is_written=env_path is not None,
    ):
        terminal.say(line)


def _explain_by_hand(terminal: Terminal, wishes: Wishes) -> None:
    terminal.say(_("Without credentials for its Management API, in Logto's Console:"))
    declaration = wishes.declaration
    if not wishes.is_sketch:
        declaration = declaration.completed(None)
        _warn(terminal, declaration, wishes)
    for line in console_lines(declaration, wishes.site, endpoint=wishes.endpoint):
        terminal.say(line)


def _warn(terminal: Terminal, declaration: Declaration, wishes: Wishes) -> None:
    for warning in declaration.warnings(wishes.site):
        terminal.warn(f"! {warning}")


def _show(terminal: Terminal, plan: Plan, *, show_secrets: bool) -> None:
    for action, line in plan_lines(plan, show_secrets=show_secrets):
        terminal.say(line, _TONES[action])
    terminal.say(summary(plan))


def _agree(conversation: Conversation, options: Options) -> None:
    if options.is_agreed:
        return
    if not conversation.is_asked:
        raise SetupRefused(reason="nobody_there")
    if not conversation.terminal.agrees(_("Apply this?"), default=False):
        raise SetupRefused(reason="not_agreed")


def _apply(terminal: Terminal, plan: Plan, api: ManagementApi) -> None:
    changes, done = plan.changes, 0
    try:
        for step in plan.apply(api):
            done += 1
            terminal.say(done_line(step), Tone.GOOD)
    except (LogtoError, KeyboardInterrupt):
        terminal.say(failed_line(changes[done]), Tone.BAD)
        told = _(
            "Done: %(done)d. Not done: %(left)d. Run the command again: it goes on "
            "with those."
        )
        terminal.warn(told % {"done": done, "left": len(changes) - done})
        raise


@sensitive_variables()
def _keep(terminal: Terminal, plan: Plan, wishes: Wishes, path: Path) -> None:
    known = {name: value for name, value, _secret in plan.outcome.variables()}
    known |= wishes.variables
    for name in [name for name, value in known.items() if not is_fit(value)]:
        del known[name]
        told = _(
            "%(name)s is not written: it has several lines, or quotation marks beside "
            "other signs of the shell, which readers of the file take differently."
        )
        terminal.warn(told % {"name": name})
    try:
        write_env_file(path, known)
    except OSError as error:
        raise SetupRefused(f"{path}: {error.strerror}", reason="not_written") from None
    told = _("Ids and secrets are in %(path)s, for its owner only.")
    terminal.say(told % {"path": path})
