"""``manage.py logto_setup``: makes Logto what a declaration says it has to be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ...errors import LogtoError
from ...log import one_line
from ...management_api import ManagementApi
from ...setup.by_hand import console_lines
from ...setup.complaint import complaint
from ...setup.conversation import Conversation
from ...setup.declaration import FILE_NAME, Declaration
from ...setup.env_file import write_env_file
from ...setup.knowledge import Knowledge
from ...setup.plan import Plan, make_plan
from ...setup.report import (
    closing_lines,
    done_line,
    failed_line,
    plan_lines,
    summary,
)
from ...setup.step import Action
from ...setup.terminal import Terminal
from ...setup.wishes import Wishes


class Command(BaseCommand):
    """Plan, ask, apply."""

    help = (
        "Set up Logto for this site: the application and its addresses, the webhook, "
        "connectors, the sign-in page, the account center. Without options, on a "
        "terminal, it asks."
    )
    # It is what mends the settings that these complain about.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--file",
            type=Path,
            metavar="PATH",
            help=f"the declaration; {FILE_NAME} when it is there",
        )
        parser.add_argument(
            "--site",
            metavar="URL",
            help='scheme and host of this site; LOGTO["BASE_URL"] when not given',
        )
        parser.add_argument("--plan", action="store_true", help="only show the plan")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="delete what is in Logto and not declared: addresses, events, "
            "connectors, buttons",
        )
        parser.add_argument(
            "--show-secrets", action="store_true", help="print secrets too"
        )
        parser.add_argument(
            "--write-env",
            type=Path,
            metavar="PATH",
            help="write ids and secrets into this file, for its owner only",
        )

    @sensitive_variables()
    def handle(self, *args: Any, **options: Any) -> None:
        """Set up Logto.

        Raises:
            CommandError: Something is missing or wrong, Logto refused a change, or
                nobody was there to agree.
        """
        if options["plan"] and options["write_env"]:
            raise CommandError(_("--write-env writes nothing with --plan."))
        try:
            self._set_up(options)
        except LogtoError as error:
            raise CommandError(complaint(error)) from None
        except (KeyboardInterrupt, EOFError):
            raise CommandError(_("Stopped.")) from None

    @sensitive_variables()
    def _set_up(self, options: dict[str, Any]) -> None:
        is_asked = Terminal.is_there() and not (options["yes"] or options["plan"])
        conversation = Conversation(Terminal(self.stdout), is_asked=is_asked)
        wishes = conversation.wishes(options["file"], options["site"], os.environ)
        if wishes.credentials is None:
            self._explain_by_hand(wishes)
            if options["yes"] or options["write_env"]:
                raise CommandError(_("Nothing was changed: there are no credentials."))
            return
        api = ManagementApi(wishes.credentials)
        declaration = wishes.declaration.completed(Knowledge(api))
        self._warn(declaration, wishes)
        plan = make_plan(
            api,
            declaration,
            wishes.site,
            app_id=wishes.app_id,
            app_secret=wishes.app_secret,
            prune=options["prune"],
        )
        self._show(plan, show_secrets=options["show_secrets"])
        if not options["plan"] and plan.changes:
            self._agree(conversation, options)
            self._apply(plan, api)
        if not options["plan"]:
            self._close(
                plan,
                declaration,
                wishes,
                options["write_env"] or conversation.env_path(wishes),
                show_secrets=options["show_secrets"],
            )

    def _explain_by_hand(self, wishes: Wishes) -> None:
        self.stdout.write(
            _("Without credentials for its Management API, in Logto's Console:")
        )
        declaration = wishes.declaration
        if not wishes.is_sketch:
            declaration = declaration.completed(None)
            self._warn(declaration, wishes)
        for line in console_lines(declaration, wishes.site, endpoint=wishes.endpoint):
            self._say(line)

    def _warn(self, declaration: Declaration, wishes: Wishes) -> None:
        for warning in declaration.warnings(wishes.site):
            self.stderr.write(self.style.WARNING(f"! {one_line(str(warning))}"))

    def _show(self, plan: Plan, *, show_secrets: bool) -> None:
        styles = {
            Action.CREATE: self.style.SUCCESS,
            Action.CHANGE: self.style.WARNING,
            Action.DELETE: self.style.ERROR,
        }
        for action, line in plan_lines(plan, show_secrets=show_secrets):
            self._say(line, styles.get(action))
        self.stdout.write(summary(plan))

    def _agree(self, conversation: Conversation, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        if not conversation.is_asked:
            raise CommandError(
                _("Nothing was changed: nobody is here to agree. Say --yes.")
            )
        if not conversation.terminal.agrees(_("Apply this?"), default=False):
            raise CommandError(_("Nothing was changed."))

    def _apply(self, plan: Plan, api: ManagementApi) -> None:
        changes, done = plan.changes, 0
        try:
            for step in plan.apply(api):
                done += 1
                self._say(done_line(step), self.style.SUCCESS)
        except LogtoError:
            self._say(failed_line(changes[done]), self.style.ERROR)
            self.stderr.write(
                _(
                    "Done: %(done)d. Not done: %(left)d. Run the command again: it "
                    "goes on with those."
                )
                % {"done": done, "left": len(changes) - done}
            )
            raise

    @sensitive_variables()
    def _close(
        self,
        plan: Plan,
        declaration: Declaration,
        wishes: Wishes,
        env_path: Path | None,
        *,
        show_secrets: bool,
    ) -> None:
        """Keep what is to be kept, and say what is left to do."""
        if env_path is not None:
            known = {name: value for name, value, _secret in plan.outcome.variables()}
            try:
                write_env_file(env_path, known | wishes.variables)
            except (OSError, ValueError) as error:
                raise CommandError(
                    _("%(path)s was not written: %(why)s")
                    % {"path": env_path, "why": error}
                ) from None
            self.stdout.write(
                _("Ids and secrets are in %(path)s, for its owner only.")
                % {"path": env_path}
            )
        for line in closing_lines(
            plan,
            declaration,
            app_id=wishes.app_id,
            show_secrets=show_secrets,
            is_written=env_path is not None,
        ):
            self._say(line)

    def _say(self, line: str, style: Callable[[str], str] | None = None) -> None:
        """Write a line that Logto may have had a say in."""
        self.stdout.write(one_line(line), style)
