"""The webhook by which Logto tells this site of its users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..errors import ManagementEntityNotFound, Text
from ..management_api import Hook, ManagementApi
from .merged import differences, together
from .outcome import Outcome
from .sections import WebhookSection
from .step import Action, Step, changed_or_kept


@dataclass(frozen=True, slots=True)
class WebhookSetup:
    """What the site wants its webhook to be.

    Args:
        url: Where this site takes it.
        name: What it is called when it is created and not named.
    """

    section: WebhookSection
    url: str
    name: str
    prune: bool

    def step(self, api: ManagementApi, outcome: Outcome) -> Step:
        """Return what is to be done."""
        subject = format_lazy(_("Webhook {url}"), url=self.url)
        present = self._present(api)
        if present is None:
            body = {
                "name": self.section.name or self.name,
                "events": self.section.first_events,
                "config": {"url": self.url},
                "enabled": True,
            }
            return Step(
                Action.CREATE,
                subject,
                tuple(differences({}, body)),
                apply=lambda api, outcome: _create(api, body, outcome),
            )
        outcome.signing_key = present.signing_key
        wanted = self._wanted(present)
        return changed_or_kept(
            subject,
            tuple(differences(_current(present), wanted)),
            lambda api, outcome: self._change(api),
            _notes(present),
        )

    def _present(self, api: ManagementApi) -> Hook | None:
        hooks = [hook for hook in api.list_hooks() if hook.url == self.url]
        return next((hook for hook in hooks if hook.enabled), None) or next(
            iter(hooks), None
        )

    def _wanted(self, present: Hook) -> dict[str, Any]:
        wanted: dict[str, Any] = {}
        if self.section.events:
            events = together(present.events, self.section.events, prune=self.prune)
            wanted["events"] = events
        if self.section.name:
            wanted["name"] = self.section.name
        return wanted

    def _change(self, api: ManagementApi) -> None:
        present = self._present(api)
        if present is None:
            raise ManagementEntityNotFound(self.url)
        api.update_hook(present.id, self._wanted(present))


def _current(hook: Hook) -> dict[str, Any]:
    return {"name": hook.name, "events": list(hook.events)}


def _notes(hook: Hook) -> tuple[Text, ...]:
    if hook.enabled:
        return ()
    return (_("It is switched off in Logto's Console, and stays so."),)


def _create(api: ManagementApi, body: dict[str, Any], outcome: Outcome) -> None:
    outcome.signing_key = api.create_hook(body).signing_key
